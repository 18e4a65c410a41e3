"""The assistant's own words about sizes, in both languages."""

from __future__ import annotations

from typing import Final

from knowledge.size_charts import Measure
from knowledge.text import Lang

SIZE_PHRASES: Final[dict[str, dict[Lang, str]]] = {
    "size": {"zh": "「{title}」建议选 {size} 码", "en": "For {title} I suggest size {size}"},
    "size_sure": {"zh": "，合身的把握约 {percent}%", "en": " (about {percent}% sure that it fits)"},
    "size_between_open": {
        "zh": "。你在 {size} 和 {other} 之间：喜欢宽松些选大的，喜欢贴身些选小的",
        "en": ". You are between {size} and {other}: take the larger for a looser fit, the smaller for a closer one",
    },
    "size_between_preference": {
        "zh": "。你在 {size} 和 {other} 之间，按你的喜好选{which}",
        "en": ". You are between {size} and {other}; for the fit that you like, take the {which}",
    },
    "size_between_rule": {
        "zh": "。你在 {size} 和 {other} 之间，按店铺的尺码说明选{which}",
        "en": ". You are between {size} and {other}; by the shop's own rule take the {which}",
    },
    "size_between_step": {
        "zh": "。尺码表本身是 {other} 码，这种情况店铺建议选{which}",
        "en": ". The chart alone says {other}; in this case the shop advises the {which}",
    },
    "size_unsold": {
        "zh": "按尺码表你该穿 {size} 码，但「{title}」没有这个码，所以没有合适的码。",
        "en": "By the chart you need size {size}, and {title} is not sold in it, so no size fits.",
    },
    "size_larger": {"zh": "大一码", "en": "larger size"},
    "size_smaller": {"zh": "小一码", "en": "smaller size"},
    "size_usual": {"zh": "，只按你平时穿的 {size} 码推断", "en": ", going only by the {size} that you usually wear"},
    "size_converted": {
        "zh": "，只按你平时穿的 {usual} 码换算：按通行标准它约对应{measure} {value}，各品牌可能差一码",
        "en": ", going only by your usual {usual}, which by common standards stands for a {measure} of about {value}; brands differ by a size",
    },
    "size_unsure": {
        "zh": "这款以{measure}为准，告诉我{measure}就能更有把握。{how}",
        "en": "The {measure} decides here; tell me yours and I can be surer. {how}",
    },
    "size_reason": {
        "zh": "- {measure} {value}，{size} 码对应 {low}–{high}",
        "en": "- {measure} {value}; size {size} is for {low}–{high}",
    },
    "size_looser": {
        "zh": "- 喜欢更宽松可以看大一码 {other}；按尺码表是 {size} 码",
        "en": "- for a looser fit the next size up is {other}; by the chart you are a {size}",
    },
    "size_closer": {
        "zh": "- 喜欢更贴身可以看小一码 {other}；按尺码表是 {size} 码",
        "en": "- for a closer fit the next size down is {other}; by the chart you are a {size}",
    },
    "size_sold_out": {
        "zh": "- {size} 码目前全部缺货",
        "en": "- size {size} is sold out at the moment",
    },
    "size_sold_out_in": {
        "zh": "- {size} 码缺货的有：{which}；有货的有：{there}",
        "en": "- size {size} is sold out in {which}; in stock in {there}",
    },
    "size_beside": {
        "zh": "；相邻的 {sizes} 码有货，但按尺码表不是你的码",
        "en": "; beside it {sizes} is in stock, though by the chart that is not your size",
    },
    "size_rule": {"zh": "店铺的尺码说明：{note}", "en": "The shop's own rule: {note}"},
    "size_missing": {
        "zh": "要按「{title}」的尺码表推荐，我需要你的{measure}。{how}",
        "en": "To use the size chart of {title} I need your {measure}. {how}",
    },
    "size_below": {
        "zh": "按尺码表，你的{measure} {value} 小于「{title}」最小的 {size} 码（{low} 起），没有合适的码。",
        "en": "By the chart your {measure} of {value} is below the smallest size of {title}, {size} (from {low}), so no size fits.",
    },
    "size_above": {
        "zh": "按尺码表，你的{measure} {value} 大于「{title}」最大的 {size} 码（到 {high}），没有合适的码。",
        "en": "By the chart your {measure} of {value} is above the largest size of {title}, {size} (up to {high}), so no size fits.",
    },
    "no_chart": {
        "zh": "「{title}」没有尺码表，我不能凭空推荐尺码。",
        "en": "The shop has no size chart for {title}, so I cannot recommend a size.",
    },
    "size_between_reports": {
        "zh": "。你在 {size} 和 {other} 之间，按买家的反馈选{which}",
        "en": ". You are between {size} and {other}; by what buyers report take the {which}",
    },
    "size_against_chart": {
        "zh": "。尺码表本身是 {other} 码，但买家的反馈与尺码表不一致，按反馈建议{which}",
        "en": ". The chart alone says {other}, but buyers' reports disagree with it; going by them take the {which}",
    },
    "size_reports_point": {
        "zh": "- 只看买家反馈，{better} 码更可能合身",
        "en": "- by buyers' reports alone {better} would be likelier to fit",
    },
    "size_like_you_small": {
        "zh": "- {of} 位{alike}与你相近、买了 {size} 码的买家里，{count} 位说偏小",
        "en": "- of {of} buyers of about your {alike} who took {size}, {count} say that it runs small",
    },
    "size_like_you_fits": {
        "zh": "- {of} 位{alike}与你相近、买了 {size} 码的买家里，{count} 位说合身",
        "en": "- of {of} buyers of about your {alike} who took {size}, {count} say that it fits",
    },
    "size_like_you_large": {
        "zh": "- {of} 位{alike}与你相近、买了 {size} 码的买家里，{count} 位说偏大",
        "en": "- of {of} buyers of about your {alike} who took {size}, {count} say that it runs large",
    },
    "size_product_runs_small": {
        "zh": "- 这款的 {of} 位买家里，{count} 位说偏小",
        "en": "- of {of} buyers of this product, {count} say that it runs small",
    },
    "size_product_runs_large": {
        "zh": "- 这款的 {of} 位买家里，{count} 位说偏大",
        "en": "- of {of} buyers of this product, {count} say that it runs large",
    },
    "size_product_fits_most": {
        "zh": "- 这款的 {of} 位买家里，{count} 位说合身",
        "en": "- of {of} buyers of this product, {count} say that it fits",
    },
    "size_size_runs_small": {
        "zh": "- 买了 {size} 码的 {of} 位买家里，{count} 位说偏小",
        "en": "- of {of} buyers who took {size}, {count} say that it runs small",
    },
    "size_size_runs_large": {
        "zh": "- 买了 {size} 码的 {of} 位买家里，{count} 位说偏大",
        "en": "- of {of} buyers who took {size}, {count} say that it runs large",
    },
    "size_reports_counted": {
        "zh": "- 已计入这款 {reports} 位买家的合身反馈",
        "en": "- counted in: what {reports} buyers of this product report of its fit",
    },
}

MEASURES: Final[dict[Measure, dict[Lang, str]]] = {
    Measure.HEIGHT: {"zh": "身高", "en": "height"},
    Measure.WEIGHT: {"zh": "体重", "en": "weight"},
    Measure.CHEST: {"zh": "胸围", "en": "chest"},
    Measure.WAIST: {"zh": "腰围", "en": "waist"},
    Measure.HIP: {"zh": "臀围", "en": "hip"},
    Measure.FOOT: {"zh": "脚长", "en": "foot length"},
}

HOW_TO_MEASURE: Final[dict[Measure, dict[Lang, str]]] = {
    Measure.HEIGHT: {
        "zh": "脱鞋靠墙站直，从地面量到头顶。",
        "en": "Stand against a wall without shoes and measure from the floor to the top of your head.",
    },
    Measure.WEIGHT: {
        "zh": "穿轻便的衣服、不穿鞋称。",
        "en": "Weigh yourself in light clothes, without shoes.",
    },
    Measure.CHEST: {
        "zh": "软尺水平绕胸部最丰满处一圈，不要勒紧。",
        "en": "Put the tape level around the fullest part of the chest, without pulling it tight.",
    },
    Measure.WAIST: {
        "zh": "软尺绕腰部最细处一圈，自然呼吸，不要收腹。",
        "en": "Put the tape around the narrowest part of the waist and breathe normally.",
    },
    Measure.HIP: {
        "zh": "双脚并拢，软尺水平绕臀部最宽处一圈。",
        "en": "Keep your feet together and put the tape level around the widest part of the hips.",
    },
    Measure.FOOT: {
        "zh": "脚跟贴墙站立，量到最长的脚趾，两只脚取较长的一只。",
        "en": "Stand with the heel against a wall and measure to the longest toe; take the longer foot.",
    },
}

"""The sentences of the import report, in English and Chinese: what is wrong, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from knowledge.text import Lang


@dataclass(frozen=True, slots=True)
class Message:
    """A finding in words; pairs are (problem, mend), with ``{placeholders}``."""

    error: bool
    en: tuple[str, str]
    zh: tuple[str, str]

    def in_language(self, lang: Lang) -> tuple[str, str]:
        return self.zh if lang == "zh" else self.en


def _error(problem: str, mend: str, problem_zh: str, mend_zh: str) -> Message:
    return Message(True, (problem, mend), (problem_zh, mend_zh))


def _warning(problem: str, mend: str, problem_zh: str, mend_zh: str) -> Message:
    return Message(False, (problem, mend), (problem_zh, mend_zh))


_FILES: Final = {
    "file_unreadable": _error(
        "The file could not be opened: {value}.", "Check that it exists and may be read.",
        "文件打不开:{value}。", "请检查文件是否存在、是否有读取权限。",
    ),
    "reader_failed": _error(
        "The file could not be read; this is a fault of Daogou ({value}).",
        "Please report it with the file; the other files were imported.",
        "读取文件时出错,这是导购程序的问题({value})。", "请连同文件一起反馈;其他文件已照常导入。",
    ),
    "file_empty": _error(
        "The file is empty.", "Export it again.", "文件是空的。", "请重新导出。",
    ),
    "file_too_large": _error(
        "The file is larger than {limit} MB.", "Split it into several files.",
        "文件超过 {limit} MB。", "请拆成几个文件。",
    ),
    "file_binary": _error(
        "This is not text but a binary file ({value}).", "Save or export it as CSV (UTF-8), Markdown or JSON.",
        "这不是文本文件,而是二进制文件({value})。", "请另存为或导出为 CSV(UTF-8)、Markdown 或 JSON。",
    ),
    "archive_broken": _error(
        "The archive cannot be unpacked ({value}): it is damaged, encrypted or cut off.", "Pack or download it again.",
        "压缩包无法解开({value}):可能已损坏、加密或下载不完整。", "请重新打包或下载。",
    ),
    "archive_empty": _error(
        "The archive holds no file that can be read.", "Put the exported files into it.",
        "压缩包里没有可以读取的文件。", "请把导出的文件放进压缩包。",
    ),
    "markup_kind_unknown": _error(
        "It is not clear what this XML or HTML file holds: {value}", "Export the catalog as a product feed or as CSV.",
        "看不出这个 XML 或 HTML 文件是什么内容:{value}", "请导出为商品 Feed 或 CSV。",
    ),
    "file_kind_unknown": _error(
        "It is not clear what this table holds. Columns: {value}.",
        "Daogou reads product exports of Shopify and WooCommerce, size charts, orders and quick replies; "
        "give the columns the names of one of these.",
        "看不出这张表是什么内容。列名:{value}。",
        "可以导入 Shopify 和 WooCommerce 的商品导出、尺码表、订单和快捷回复,请使用其中一种的列名。",
    ),
    "table_unreadable": _error(
        "No header with column names was found.", "The first line must name the columns.",
        "没有找到列名。", "第一行必须是列名。",
    ),
    "json_broken": _error(
        "This is not valid JSON: {value}.", "Correct the place named.",
        "不是有效的 JSON:{value}。", "请改正指出的位置。",
    ),
    "json_kind_unknown": _error(
        "It is not clear what this JSON file holds. Keys: {value}.",
        "Daogou reads promotions (bargain, no_bargain, coupons) and shop profiles (name, locale, currency, timezone).",
        "看不出这个 JSON 文件是什么内容。键:{value}。",
        "可以导入促销规则(bargain、no_bargain、coupons)和店铺资料(name、locale、currency、timezone)。",
    ),
    "no_rows": _error(
        "The table has a header and no usable row.", "Check the export.",
        "表里只有列名,没有可用的行。", "请检查导出结果。",
    ),
    "document_empty": _error(
        "The document has no text under its headings.", "Write some text, or leave the file out.",
        "文档的标题下没有正文。", "请补充正文,或不导入这个文件。",
    ),
    "encoding_guessed": _warning(
        "The file is not UTF-8; it was read as {value}.", "Check some names; better save it as UTF-8.",
        "文件不是 UTF-8,已按 {value} 读取。", "请抽查几个名称;最好另存为 UTF-8。",
    ),
    "encoding_mixed": _warning(
        "{count} lines are in another encoding than the rest (first: line {row}).",
        "Check these lines; save the whole file as UTF-8.",
        "有 {count} 行的编码与其余不同(第一处在第 {row} 行)。", "请检查这些行,把整个文件另存为 UTF-8。",
    ),
    "characters_lost": _warning(
        "{count} characters could not be read and show as \ufffd.", "Export the file again as UTF-8.",
        "有 {count} 个字符无法读出,显示为 \ufffd。", "请重新导出为 UTF-8。",
    ),
    "control_characters": _warning(
        "{count} control characters were dropped.", "Nothing to do, unless text is missing.",
        "已去掉 {count} 个控制字符。", "一般不用处理,除非发现文字缺失。",
    ),
    "removal_skipped": _warning(
        "Nothing was removed although --replace was given: some rejected rows do not tell what they describe.",
        "Mend the rows named as errors and import again.",
        "虽然指定了 --replace,但没有删除任何内容:有些被拒的行看不出说的是什么。", "请改正报错的行后重新导入。",
    ),
}  # fmt: skip

_ROWS: Final = {
    "row_too_long": _error(
        "The row has {got} cells, the header {want}; its values may stand in wrong columns.",
        "Put cells that contain the separator in double quotes.",
        "这一行有 {got} 格,列名只有 {want} 个,内容可能错列。", "含有分隔符的单元格请用双引号括起来。",
    ),
    "row_too_short": _warning(
        "The row has {got} cells, the header {want}; the missing ones count as empty.", "Check the end of the row.",
        "这一行只有 {got} 格,列名有 {want} 个,缺少的按空处理。", "请检查这一行的末尾。",
    ),
    "quote_unclosed": _error(
        "A double quote opens in this row and never closes.", "Close it, or double it where a quote is meant.",
        "这一行的双引号没有配对。", "请补上引号;要表示引号本身请写两个。",
    ),
    "quotes_broken": _error(
        "So many quotes are unclosed from here on that the rest was not read.", "Export the file again.",
        "从这里开始引号错误太多,其余未读取。", "请重新导出文件。",
    ),
    "column_repeated": _warning(
        "Two columns are called {field}; the first one counts.", "Rename or remove the other.",
        "有两列都叫 {field},以第一列为准。", "请改名或删除另一列。",
    ),
    "columns_unknown": _warning(
        "Columns kept as attributes: {value}.", "Nothing to do, if shoppers may read them.",
        "以下列作为商品属性保留:{value}。", "如果可以给顾客看,不用处理。",
    ),
    "columns_unused": _warning(
        "Columns that are not used: {value}.", "Nothing to do, unless one is misspelt.",
        "以下列没有用到:{value}。", "一般不用处理,除非列名写错了。",
    ),
    "value_missing": _error(
        "{field} is empty.", "Fill it in.", "{field} 是空的。", "请填写。",
    ),
    "value_unknown": _error(
        "{field} does not accept {value}.", "Use one of: {choices}.",
        "{field} 不能是 {value}。", "请使用:{choices}。",
    ),
    "value_unread": _warning(
        "{value} in {field} was not understood and left out.", "Use one of: {choices}.",
        "{field} 中的 {value} 无法识别,已略去。", "请使用:{choices}。",
    ),
    "too_long": _error(
        "{field} has more than {limit} characters.", "Shorten it.", "{field} 超过 {limit} 个字符。", "请缩短。",
    ),
    "shortened": _warning(
        "{field} has more than {limit} characters; the rest was cut off.", "Shorten it.",
        "{field} 超过 {limit} 个字符,后面的已截去。", "请缩短。",
    ),
    "number_unreadable": _error(
        "{value} in {field} is not a number.", "Write digits only, such as 165 or 165.5.",
        "{field} 中的 {value} 不是数字。", "请只写数字,例如 165 或 165.5。",
    ),
    "number_unread": _warning(
        "{value} in {field} is not a number and was left out.", "Write digits only.",
        "{field} 中的 {value} 不是数字,已略去。", "请只写数字。",
    ),
    "date_unread": _warning(
        "{value} in {field} is not a date and was left out.", "Write it as 2025-11-30.",
        "{field} 中的 {value} 不是日期,已略去。", "请写成 2025-11-30 的样子。",
    ),
    "key_scientific": _error(
        "{value} in {field} is a number that a spreadsheet has rounded.", "Format the column as text, export again.",
        "{field} 中的 {value} 是被电子表格取整的数字。", "请把该列设为文本格式后重新导出。",
    ),
    "price_unreadable": _error(
        "{value} in {field} is not one price.", "Write one number, such as 199 or 19.90.",
        "{field} 中的 {value} 不是一个价格。", "请只写一个数字,例如 199 或 19.90。",
    ),
    "price_negative": _error(
        "{field} is negative: {value}.", "Write a price of 0 or more.", "{field} 是负数:{value}。", "价格不能小于 0。",
    ),
    "price_too_large": _error(
        "{field} is too large: {value}.", "Check the number.", "{field} 太大:{value}。", "请检查数字。",
    ),
    "price_missing": _warning(
        "{title} has no price; shoppers are told that none is published.", "Fill in the price.",
        "{title} 没有价格,顾客会被告知没有公布价格。", "请填写价格。",
    ),
    "price_column_missing": _warning(
        "The table has no column of prices; shoppers are told that none is published.", "Add a column Price.",
        "表里没有价格列,顾客会被告知没有公布价格。", "请增加价格列。",
    ),
    "currency_unknown": _error(
        "{value} names a currency that does not exist.", "Use an ISO 4217 code such as CNY or USD.",
        "{value} 中的货币不存在。", "请使用 ISO 4217 代码,例如 CNY、USD。",
    ),
}  # fmt: skip

_PRODUCTS: Final = {
    "title_missing": _error(
        "The product {value} has no title in any of its rows.", "Fill in the title in its first row.",
        "商品 {value} 的所有行都没有标题。", "请在第一行填写标题。",
    ),
    "handle_made": _warning(
        "The product has no key; it is known by {value} from now on.", "Give it a handle that never changes.",
        "商品没有编号,以后以 {value} 识别。", "请填写一个不会改变的编号。",
    ),
    "handle_repeated": _error(
        "{value} already belongs to another product ({other}).", "Give each product a handle of its own.",
        "{value} 已经属于另一个商品({other})。", "每个商品请使用不同的编号。",
    ),
    "sku_repeated": _warning(
        "The SKU {value} is used for several variants.", "Give each variant an SKU of its own.",
        "SKU {value} 用在了几个规格上。", "每个规格请使用不同的 SKU。",
    ),
    "variant_repeated": _error(
        "The product has this combination of options twice: {value}.", "Remove or correct one of the rows.",
        "同一商品的规格组合出现了两次:{value}。", "请删除或改正其中一行。",
    ),
    "option_missing": _error(
        "{field} is empty, so that nobody could choose this variant.", "Fill in the option's value.",
        "{field} 是空的,顾客无法选择这个规格。", "请填写规格值。",
    ),
    "option_nameless": _warning(
        "An option has values and no name; it is called {value}.", "Name it in the product's first row.",
        "有规格值但没有规格名,暂称为 {value}。", "请在商品的第一行填写规格名。",
    ),
    "options_many": _warning(
        "The product has {count} options; shops allow three.", "Check the option columns.",
        "商品有 {count} 个规格项,一般最多三个。", "请检查规格列。",
    ),
    "gtin_invalid": _warning(
        "{value} is not a valid GTIN and was left out.", "Check the digits, or leave the cell empty.",
        "{value} 不是有效的条码,已略去。", "请检查数字,或留空。",
    ),
    "product_rejected": _error(
        "Nothing of {value} could be imported, since none of its rows is usable.", "Mend its rows.",
        "{value} 没有可用的行,没有导入。", "请改正它的各行。",
    ),
    "parent_missing": _warning(
        "The parent {value} is not in the file; its variations were put together as one product.",
        "Export the parent too.",
        "文件里没有父商品 {value},已把它的各个变体合成一个商品。", "请把父商品一起导出。",
    ),
    "parent_elsewhere": _error(
        "The parent {value} is not in the file, though the shop has it; the variation was left alone.",
        "Import parent and variations together.",
        "文件里没有父商品 {value},但店里有;这个变体没有改动。", "请把父商品和变体一起导入。",
    ),
    "product_type_unknown": _warning(
        "The product type {value} is not known; it is read as a simple product.", "Check the product.",
        "不认识商品类型 {value},按简单商品处理。", "请检查这个商品。",
    ),
    "image_missing": _warning(
        "The picture {value} is neither a web address nor a file beside the table; it was left out.",
        "Put the file there, or give its https address.",
        "图片 {value} 既不是网址,表格旁边也没有这个文件,已略去。", "请放入文件,或填写 https 网址。",
    ),
    "image_refused": _warning(
        "The picture {value} was left out: {reason}.",
        "Use SVG, PNG, JPEG, WebP or GIF of at most {limit} MB, inside the folder.",
        "图片 {value} 已略去:{reason}。", "请使用文件夹内不超过 {limit} MB 的 SVG、PNG、JPEG、WebP 或 GIF。",
    ),
}  # fmt: skip

_OTHERS: Final = {
    "key_repeated": _error(
        "{value} stands in the file twice; the first row counts.", "Remove or correct one of the rows.",
        "{value} 在文件里出现了两次,以第一行为准。", "请删除或改正其中一行。",
    ),
    "key_in_two_files": _error(
        "{value} was already imported from {other} in this run; that one counts.", "Keep it in one of the files.",
        "{value} 在本次导入中已来自 {other},以那一个为准。", "请只保留在一个文件里。",
    ),
    "range_reversed": _error(
        "{field}: the smallest value is above the largest ({value}).", "Exchange the two.",
        "{field} 的最小值大于最大值({value})。", "请把两个值对调。",
    ),
    "range_implausible": _error(
        "{field}: no body measures {value}; the unit may be wrong.", "Check the value and the unit (cm, inch; kg, lb).",
        "{field}:人体不可能是 {value},可能单位有误。", "请检查数值和单位(cm、inch;kg、lb)。",
    ),
    "size_without_ranges": _warning(
        "Size {value} has no measurement.", "Fill in at least one range.",
        "尺码 {value} 没有任何尺寸。", "请至少填写一个范围。",
    ),
    "phone_incomplete": _warning(
        "{field} should hold the last four digits, not {value}; without them the order is shown to nobody.",
        "Fill in four digits, as text.",
        "{field} 应为手机号后四位,而不是 {value};没有它,谁也查不到这个订单。", "请以文本格式填写四位数字。",
    ),
    "phone_padded": _warning(
        "{field} has three digits; a spreadsheet may have dropped the zero in front, so it was put back.",
        "Format the column as text.",
        "{field} 只有三位,可能是电子表格去掉了开头的 0,已补上。", "请把该列设为文本格式。",
    ),
    "status_unknown": _warning(
        "The status {value} is not known; it is shown as it stands.",
        "Use a usual word, such as 待发货, Shipped, Delivered.",
        "不认识订单状态 {value},将原样显示。", "请使用常见说法,例如 待发货、已发货、已签收。",
    ),
    "entry_invalid": _error(
        "{field} is not usable: {reason}.", "Correct this entry; the others were taken.",
        "{field} 不可用:{reason}。", "请改正这一项;其余各项已采用。",
    ),
    "floor_above_list": _error(
        "{field}: the floor price {value} is above the list price {other}.", "Correct the floor price.",
        "{field}:底价 {value} 高于标价 {other}。", "请改正底价。",
    ),
    "percent_out_of_range": _error(
        "{field} must be above 0 and at most 100, not {value}.", "Correct the percentage.",
        "{field} 必须大于 0 且不超过 100,而不是 {value}。", "请改正百分比。",
    ),
    "amount_not_positive": _error(
        "{field} must be above 0, not {value}.", "Correct the amount.",
        "{field} 必须大于 0,而不是 {value}。", "请改正金额。",
    ),
    "profile_invalid": _warning(
        "{field} of the shop profile is not usable: {value}.", "Use a value such as {choices}.",
        "店铺资料的 {field} 不可用:{value}。", "请使用例如 {choices}。",
    ),
    "profile_other_shop": _warning(
        "The profile was written for the shop {value}, not for this one; it was taken all the same.",
        "Check the shop id.",
        "这份资料写的是店铺 {value},不是当前店铺;仍已采用。", "请检查店铺编号。",
    ),
}  # fmt: skip

MESSAGES: Final[dict[str, Message]] = {**_FILES, **_ROWS, **_PRODUCTS, **_OTHERS}

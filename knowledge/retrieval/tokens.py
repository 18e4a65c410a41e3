"""Text into index terms: Chinese words and character bigrams, English stems, numbers as they are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import rjieba
import snowballstemmer

from knowledge.text import fold

# "iPhone15" and "iPhone 15" meet because letters and digits are cut apart.
_PIECE: Final = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[a-zà-öø-ÿ]+(?:['’][a-z]+)?|\d+(?:\.\d+)?")
_STEMMER: Final = snowballstemmer.stemmer("english")

# Words that carry no topic: they neither need support in a passage nor give it.
STOPWORDS: Final = frozenset(
    """a about above after again all also am an and any anyone anything are as at be because been before being but by
    can could did do does doing done for from get gets getting give go going good got had has have having he hello help
    her here hey hi him his how however i if in into is it its just know let like ll long lot many may maybe me might
    mine more most much must my need needs no not of off ok on one ones only or other our out over please s say she
    should so some someone something still such sure t take tell than thank thanks that the their them then there these
    they thing things this those through to too try up us use very want wanted was we well were what when where whether
    which while who whom whose why will with would yes yet you your yours d m re ve im id dont doesnt cant isnt whats
    the 的 了 吗 呢 吧 啊 呀 哦 嗯 么 嘛 哈 是 是不是 在 有 有没有 没有 和 与 或 或者 还是 还 也 都 就 才 再 又 很 太 更 最 我 我们 你 你们
    您 他 她 它 这 那 这个 那个 这款 那款 这种 那种 这件 这双 那件 哪个 哪款 哪些 哪 什么 怎么 怎样 怎么样 如何 为什么 多少 几 能 能不能 可以
    可不可以 会 会不会 要 不要 想 想要 请 请问 问 问下 一下 一个 一些 一点 个 款 件 条 把 被 给 对 从 到 用 让 去 来 说 看 做 好 好的 好吗 行
    不 没 别 吗 亲 你好 您好 谢谢 麻烦 帮 帮我 帮忙 告诉 知道 觉得 感觉 比较 现在 时候 东西 情况 如果 因为 所以 但是 不过 然后 店 店里 家 们
    着 过 得 地 之 以 及 等 上 下 里 中 后 前""".split()
)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of a folded English word; other words come back unchanged."""
    return _STEMMER.stemWord(word.replace("’", "'").removesuffix("'s")) if word.isascii() and word[0].isalpha() else word


@lru_cache(maxsize=16_384)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text in order; Chinese in jieba's search cut, English unstemmed."""
    out: list[str] = []
    for piece in _PIECE.findall(fold(text)):
        if piece[0] >= "㐀":
            out.extend(rjieba.cut_for_search(piece))
        else:
            out.append(piece)
    return tuple(out)


def terms(text: str) -> list[str]:
    """Return the index terms of a text: Chinese words, English stems, numbers."""
    return [stem(word) for word in words(text)]


def bigrams(text: str) -> list[str]:
    """Return the overlapping pairs of Han characters; they find what the word cut missed."""
    out: list[str] = []
    for piece in _PIECE.findall(fold(text)):
        if piece[0] >= "㐀":
            out.extend(piece[i : i + 2] for i in range(len(piece) - 1))
    return out


def content_words(text: str) -> list[str]:
    """Return the words that carry a topic, in order, without repetition.

    A compound that the search cut gives in parts and as a whole counts as the whole.
    """
    found = [word for word in dict.fromkeys(words(text)) if word not in STOPWORDS]
    return [w for w in found if not any(w != longer and w in longer and longer[0] >= "㐀" for longer in found)]

"""The sentences of the import report, in English and Chinese: what is wrong, and how to mend it."""

from __future__ import annotations

from typing import Final

from knowledge.importing.message import Message, error, warning
from knowledge.importing.messages_documents import DOCUMENTS

_FILES: Final = {
    "file_unreadable": error(
        "The file could not be opened: {value}.", "Check that it exists and may be read.",
        "文件打不开:{value}。", "请检查文件是否存在、是否有读取权限。",
    ),
    "reader_failed": error(
        "The file could not be read; this is a fault of Daogou ({value}).",
        "Please report it with the file; the other files were imported.",
        "读取文件时出错,这是导购程序的问题({value})。", "请连同文件一起反馈;其他文件已照常导入。",
    ),
    "file_empty": error(
        "The file is empty.", "Export it again.", "文件是空的。", "请重新导出。",
    ),
    "file_too_large": error(
        "The file is larger than {limit} MB.", "Split it into several files.",
        "文件超过 {limit} MB。", "请拆成几个文件。",
    ),
    "file_binary": error(
        "This is not text but a binary file ({value}).", "Save or export it as CSV (UTF-8), Markdown or JSON.",
        "这不是文本文件,而是二进制文件({value})。", "请另存为或导出为 CSV(UTF-8)、Markdown 或 JSON。",
    ),
    "archive_broken": error(
        "The archive cannot be unpacked ({value}): it is damaged, encrypted or cut off.", "Pack or download it again.",
        "压缩包无法解开({value}):可能已损坏、加密或下载不完整。", "请重新打包或下载。",
    ),
    "archive_empty": error(
        "The archive holds no file that can be read.", "Put the exported files into it.",
        "压缩包里没有可以读取的文件。", "请把导出的文件放进压缩包。",
    ),
    "markup_kind_unknown": error(
        "It is not clear what this XML or HTML file holds: {value}", "Export the catalog as a product feed or as CSV.",
        "看不出这个 XML 或 HTML 文件是什么内容:{value}", "请导出为商品 Feed 或 CSV。",
    ),
    "file_kind_unknown": error(
        "It is not clear what this table holds. Columns: {value}.",
        "Daogou reads product exports of Shopify, WooCommerce and Magento, product feeds of Google and OpenAI, "
        "size charts, orders, quick replies and fit reports; give the columns the names of one of these.",
        "看不出这张表是什么内容。列名:{value}。",
        "可以导入 Shopify、WooCommerce 和 Magento 的商品导出、Google 和 OpenAI 商品 Feed、尺码表、订单、快捷回复"
        "和合身反馈,请使用其中一种的列名。",
    ),
    "table_unreadable": error(
        "No header with column names was found.", "The first line must name the columns.",
        "没有找到列名。", "第一行必须是列名。",
    ),
    "json_broken": error(
        "This is not valid JSON: {value}.", "Correct the place named.",
        "不是有效的 JSON:{value}。", "请改正指出的位置。",
    ),
    "json_mended": warning(
        "Not JSON as it should be, but plain: comments, commas after a last entry or line breaks in a text were "
        "overlooked (first: line {row}).",
        "Nothing was lost; take them out where other programs read the file too.",
        "不是规范的 JSON,但意思清楚:已忽略注释、末尾多余的逗号或文本中的换行(第一处在第 {row} 行)。",
        "内容没有丢失;如果其他程序也要读取这个文件,请去掉这些。",
    ),
    "json_kind_unknown": error(
        "It is not clear what this JSON file holds. Keys: {value}.",
        "Daogou reads product feeds (OpenAI, ACP), schema.org JSON-LD, promotions (bargain, no_bargain, coupons) and "
        "shop profiles (name, locale, currency, timezone).",
        "看不出这个 JSON 文件是什么内容。键:{value}。",
        "可以导入商品 Feed(OpenAI、ACP)、schema.org JSON-LD、"
        "促销规则(bargain、no_bargain、coupons)和店铺资料(name、locale、currency、timezone)。",
    ),
    "xml_broken": error(
        "From line {row} on this is not valid XML ({value}); what stands before it was read.",
        "Export the feed again, or correct the place.",
        "从第 {row} 行起不是有效的 XML({value}),之前的内容已读取。", "请重新导出 Feed,或改正该处。",
    ),
    "xml_refused": error(
        "The XML was not read on, since it is built in a way that no feed needs: {value}.", "Export the feed again.",
        "XML 含有商品 Feed 不需要的结构({value}),已停止读取。", "请重新导出 Feed。",
    ),
    "json_ld_broken": error(
        "A block of JSON-LD in this page is not valid: {value}.", "Correct the block; the others were read.",
        "网页中的一段 JSON-LD 无效:{value}。", "请改正这一段;其余各段已读取。",
    ),
    "no_rows": error(
        "The table has a header and no usable row.", "Check the export.",
        "表里只有列名,没有可用的行。", "请检查导出结果。",
    ),
    "document_empty": error(
        "The document has no text under its headings.", "Write some text, or leave the file out.",
        "文档的标题下没有正文。", "请补充正文,或不导入这个文件。",
    ),
    "encoding_guessed": warning(
        "The file is not UTF-8; it was read as {value}.", "Check some names; better save it as UTF-8.",
        "文件不是 UTF-8,已按 {value} 读取。", "请抽查几个名称;最好另存为 UTF-8。",
    ),
    "encoding_mixed": warning(
        "{count} lines are in another encoding than the rest (first: line {row}).",
        "Check these lines; save the whole file as UTF-8.",
        "有 {count} 行的编码与其余不同(第一处在第 {row} 行)。", "请检查这些行,把整个文件另存为 UTF-8。",
    ),
    "characters_lost": warning(
        "{count} characters could not be read and show as \ufffd.", "Export the file again as UTF-8.",
        "有 {count} 个字符无法读出,显示为 \ufffd。", "请重新导出为 UTF-8。",
    ),
    "control_characters": warning(
        "{count} control characters were dropped.", "Nothing to do, unless text is missing.",
        "已去掉 {count} 个控制字符。", "一般不用处理,除非发现文字缺失。",
    ),
    "removal_skipped": warning(
        "Nothing was removed although --replace was given: some rejected rows do not tell what they describe.",
        "Mend the rows named as errors and import again.",
        "虽然指定了 --replace,但没有删除任何内容:有些被拒的行看不出说的是什么。", "请改正报错的行后重新导入。",
    ),
}  # fmt: skip

_ROWS: Final = {
    "row_too_long": error(
        "The row has {got} cells, the header {want}; its values may stand in wrong columns.",
        "Put cells that contain the separator in double quotes.",
        "这一行有 {got} 格,列名只有 {want} 个,内容可能错列。", "含有分隔符的单元格请用双引号括起来。",
    ),
    "row_too_short": warning(
        "The row has {got} cells, the header {want}; the missing ones count as empty.", "Check the end of the row.",
        "这一行只有 {got} 格,列名有 {want} 个,缺少的按空处理。", "请检查这一行的末尾。",
    ),
    "quote_unclosed": error(
        "A double quote opens in this row and never closes.", "Close it, or double it where a quote is meant.",
        "这一行的双引号没有配对。", "请补上引号;要表示引号本身请写两个。",
    ),
    "quotes_broken": error(
        "So many quotes are unclosed from here on that the rest was not read.", "Export the file again.",
        "从这里开始引号错误太多,其余未读取。", "请重新导出文件。",
    ),
    "column_repeated": warning(
        "Two columns are called {field}; the first one counts.", "Rename or remove the other.",
        "有两列都叫 {field},以第一列为准。", "请改名或删除另一列。",
    ),
    "columns_unknown": warning(
        "Columns kept as attributes: {value}.", "Nothing to do, if shoppers may read them.",
        "以下列作为商品属性保留:{value}。", "如果可以给顾客看,不用处理。",
    ),
    "columns_unused": warning(
        "Columns that are not used: {value}.", "Nothing to do, unless one is misspelt.",
        "以下列没有用到:{value}。", "一般不用处理,除非列名写错了。",
    ),
    "market_prices_unused": warning(
        "Prices of single markets are not told to shoppers: {value}.",
        "Nothing to do; the price of the primary market counts.",
        "各市场的单独价格不会告诉顾客:{value}。", "不用处理;以主市场的价格为准。",
    ),
    "value_missing": error(
        "{field} is empty.", "Fill it in.", "{field} 是空的。", "请填写。",
    ),
    "value_unknown": error(
        "{field} does not accept {value}.", "Use one of: {choices}.",
        "{field} 不能是 {value}。", "请使用:{choices}。",
    ),
    "value_unread": warning(
        "{value} in {field} was not understood and left out.", "Use one of: {choices}.",
        "{field} 中的 {value} 无法识别,已略去。", "请使用:{choices}。",
    ),
    "too_long": error(
        "{field} has more than {limit} characters.", "Shorten it.", "{field} 超过 {limit} 个字符。", "请缩短。",
    ),
    "shortened": warning(
        "{field} has more than {limit} characters; the rest was cut off.", "Shorten it.",
        "{field} 超过 {limit} 个字符,后面的已截去。", "请缩短。",
    ),
    "number_unreadable": error(
        "{value} in {field} is not a number.", "Write digits only, such as 165 or 165.5.",
        "{field} 中的 {value} 不是数字。", "请只写数字,例如 165 或 165.5。",
    ),
    "measure_unreadable": error(
        "{value} in {field} is not a measure.",
        "Write a number, with a unit where it differs from the column's: 165, 84-88, 5'5\", 120 lb.",
        "{field} 中的 {value} 不是尺寸。", "请写数字,单位与列名不同时写上单位,例如 165、84-88、5'5\"、120 lb、110斤。",
    ),
    "number_unread": warning(
        "{value} in {field} is not a number and was left out.", "Write digits only.",
        "{field} 中的 {value} 不是数字,已略去。", "请只写数字。",
    ),
    "date_unread": warning(
        "{value} in {field} is not a date and was left out.", "Write it as 2025-11-30.",
        "{field} 中的 {value} 不是日期,已略去。", "请写成 2025-11-30 的样子。",
    ),
    "key_scientific": error(
        "{value} in {field} is a number that a spreadsheet has rounded.", "Format the column as text, export again.",
        "{field} 中的 {value} 是被电子表格取整的数字。", "请把该列设为文本格式后重新导出。",
    ),
    "price_unreadable": error(
        "{value} in {field} is not one price.", "Write one number, such as 199 or 19.90.",
        "{field} 中的 {value} 不是一个价格。", "请只写一个数字,例如 199 或 19.90。",
    ),
    "price_negative": error(
        "{field} is negative: {value}.", "Write a price of 0 or more.", "{field} 是负数:{value}。", "价格不能小于 0。",
    ),
    "price_too_large": error(
        "{field} is too large: {value}.", "Check the number.", "{field} 太大:{value}。", "请检查数字。",
    ),
    "price_missing": warning(
        "{title} has no price; shoppers are told that none is published.", "Fill in the price.",
        "{title} 没有价格,顾客会被告知没有公布价格。", "请填写价格。",
    ),
    "price_column_missing": warning(
        "The table has no column of prices; shoppers are told that none is published.", "Add a column Price.",
        "表里没有价格列,顾客会被告知没有公布价格。", "请增加价格列。",
    ),
    "currency_unknown": error(
        "{value} names a currency that does not exist.", "Use an ISO 4217 code such as CNY or USD.",
        "{value} 中的货币不存在。", "请使用 ISO 4217 代码,例如 CNY、USD。",
    ),
}  # fmt: skip

_PRODUCTS: Final = {
    "title_missing": error(
        "The product {value} has no title in any of its rows.", "Fill in the title in its first row.",
        "商品 {value} 的所有行都没有标题。", "请在第一行填写标题。",
    ),
    "handle_made": warning(
        "The product has no key; it is known by {value} from now on.", "Give it a handle that never changes.",
        "商品没有编号,以后以 {value} 识别。", "请填写一个不会改变的编号。",
    ),
    "handle_repeated": error(
        "{value} already belongs to another product ({other}).", "Give each product a handle of its own.",
        "{value} 已经属于另一个商品({other})。", "每个商品请使用不同的编号。",
    ),
    "sku_repeated": warning(
        "The SKU {value} is used for several variants.", "Give each variant an SKU of its own.",
        "SKU {value} 用在了几个规格上。", "每个规格请使用不同的 SKU。",
    ),
    "variant_repeated": error(
        "The product has this combination of options twice: {value}.", "Remove or correct one of the rows.",
        "同一商品的规格组合出现了两次:{value}。", "请删除或改正其中一行。",
    ),
    "option_missing": error(
        "{field} is empty, so that nobody could choose this variant.", "Fill in the option's value.",
        "{field} 是空的,顾客无法选择这个规格。", "请填写规格值。",
    ),
    "option_nameless": warning(
        "An option has values and no name; it is called {value}.", "Name it in the product's first row.",
        "有规格值但没有规格名,暂称为 {value}。", "请在商品的第一行填写规格名。",
    ),
    "options_many": warning(
        "The product has {count} options; shops allow three.", "Check the option columns.",
        "商品有 {count} 个规格项,一般最多三个。", "请检查规格列。",
    ),
    "gtin_invalid": warning(
        "{value} is not a valid GTIN and was left out.", "Check the digits, or leave the cell empty.",
        "{value} 不是有效的条码,已略去。", "请检查数字,或留空。",
    ),
    "product_rejected": error(
        "Nothing of {value} could be imported, since none of its rows is usable.", "Mend its rows.",
        "{value} 没有可用的行,没有导入。", "请改正它的各行。",
    ),
    "parent_missing": warning(
        "The parent {value} is not in the file; its variations were put together as one product.",
        "Export the parent too.",
        "文件里没有父商品 {value},已把它的各个变体合成一个商品。", "请把父商品一起导出。",
    ),
    "parent_elsewhere": error(
        "The parent {value} is not in the file, though the shop has it; the variation was left alone.",
        "Import parent and variations together.",
        "文件里没有父商品 {value},但店里有;这个变体没有改动。", "请把父商品和变体一起导入。",
    ),
    "product_type_unknown": warning(
        "The product type {value} is not known; it is read as a simple product.", "Check the product.",
        "不认识商品类型 {value},按简单商品处理。", "请检查这个商品。",
    ),
    "feed_hidden": warning(
        "{count} items are marked as not to be found, or are past their expiry, and are not shown to shoppers.",
        "Nothing to do, unless shoppers should find them.",
        "有 {count} 项标记为不可搜索或已过期,不会展示给顾客。", "如果需要展示,请修改标记。",
    ),
    "sale_dates_unread": warning(
        "The days of the sale were not understood ({value}), so the regular price is told.",
        "Write them as 2026-11-01/2026-11-30.",
        "无法识别促销日期({value}),因此按原价回答。", "请写成 2026-11-01/2026-11-30 的样子。",
    ),
    "variation_missing": warning(
        "The variant {value} is named by its product and has no row of its own; it was left out.",
        "Export the simple products too.",
        "商品列出的规格 {value} 在文件里没有对应的行,已略去。", "请把简单商品一起导出。",
    ),
    "store_views_ignored": warning(
        "{count} rows of store views in other languages were not used.",
        "Nothing to do, unless the shop's language is wrong.",
        "有 {count} 行是其他语言的店铺视图,没有使用。", "如果店铺语言没有设错,不用处理。",
    ),
    "pictures_by_path": warning(
        "{count} pictures are named by their path inside Magento and were left out.",
        "Put the folder of pictures (pub/media/catalog/product) beside the file, or export web addresses.",
        "有 {count} 张图片写的是 Magento 内部路径,已略去。",
        "请把图片文件夹(pub/media/catalog/product)放到文件旁边,或导出图片网址。",
    ),
    "image_missing": warning(
        "The picture {value} is neither a web address nor a file beside the table; it was left out.",
        "Put the file there, or give its https address.",
        "图片 {value} 既不是网址,表格旁边也没有这个文件,已略去。", "请放入文件,或填写 https 网址。",
    ),
    "image_refused": warning(
        "The picture {value} was left out: {reason}.",
        "Use SVG, PNG, JPEG, WebP or GIF of at most {limit} MB, inside the folder.",
        "图片 {value} 已略去:{reason}。", "请使用文件夹内不超过 {limit} MB 的 SVG、PNG、JPEG、WebP 或 GIF。",
    ),
}  # fmt: skip

_OTHERS: Final = {
    "key_repeated": error(
        "{value} stands in the file twice; the first row counts.", "Remove or correct one of the rows.",
        "{value} 在文件里出现了两次,以第一行为准。", "请删除或改正其中一行。",
    ),
    "key_in_two_files": error(
        "{value} was already imported from {other} in this run; that one counts.", "Keep it in one of the files.",
        "{value} 在本次导入中已来自 {other},以那一个为准。", "请只保留在一个文件里。",
    ),
    "range_reversed": error(
        "{field}: the smallest value is above the largest ({value}).", "Exchange the two.",
        "{field} 的最小值大于最大值({value})。", "请把两个值对调。",
    ),
    "range_implausible": error(
        "{field}: no body measures {value}; the unit may be wrong.", "Check the value and the unit (cm, inch; kg, lb).",
        "{field}:人体不可能是 {value},可能单位有误。", "请检查数值和单位(cm、inch;kg、lb)。",
    ),
    "size_without_ranges": warning(
        "Size {value} has no measurement.", "Fill in at least one range.",
        "尺码 {value} 没有任何尺寸。", "请至少填写一个范围。",
    ),
    "measure_left_out": warning(
        "{field} of {value} is no measurement of a person and was left out.",
        "Check number and unit (cm, inch; kg, lb, 斤).",
        "{field}:{value} 不是人体的尺寸,已略去。", "请检查数值和单位(cm、inch;kg、lb、斤)。",
    ),
    "fit_product_unknown": warning(
        "The shop has no product {value}; the report counts once there is one.",
        "Name it by handle, SKU or title as in the catalog.",
        "店铺没有商品 {value};等有了该商品,这条反馈才会起作用。", "请使用商品目录中的编号、SKU 或标题。",
    ),
    "phone_incomplete": warning(
        "{field} should hold the last four digits, not {value}; without them the order is shown to nobody.",
        "Fill in four digits, as text.",
        "{field} 应为手机号后四位,而不是 {value};没有它,谁也查不到这个订单。", "请以文本格式填写四位数字。",
    ),
    "phone_padded": warning(
        "{field} has three digits; a spreadsheet may have dropped the zero in front, so it was put back.",
        "Format the column as text.",
        "{field} 只有三位,可能是电子表格去掉了开头的 0,已补上。", "请把该列设为文本格式。",
    ),
    "status_unknown": warning(
        "The status {value} is not known; it is shown as it stands.",
        "Use a usual word, such as 待发货, Shipped, Delivered.",
        "不认识订单状态 {value},将原样显示。", "请使用常见说法,例如 待发货、已发货、已签收。",
    ),
    "entry_invalid": error(
        "{field} is not usable: {reason}.", "Correct this entry; the others were taken.",
        "{field} 不可用:{reason}。", "请改正这一项;其余各项已采用。",
    ),
    "floor_above_list": error(
        "{field}: the floor price {value} is above the list price {other}.", "Correct the floor price.",
        "{field}:底价 {value} 高于标价 {other}。", "请改正底价。",
    ),
    "percent_out_of_range": error(
        "{field} must be above 0 and at most 100, not {value}.", "Correct the percentage.",
        "{field} 必须大于 0 且不超过 100,而不是 {value}。", "请改正百分比。",
    ),
    "amount_not_positive": error(
        "{field} must be above 0, not {value}.", "Correct the amount.",
        "{field} 必须大于 0,而不是 {value}。", "请改正金额。",
    ),
    "profile_invalid": warning(
        "{field} of the shop profile is not usable: {value}.", "Use a value such as {choices}.",
        "店铺资料的 {field} 不可用:{value}。", "请使用例如 {choices}。",
    ),
    "profile_other_shop": warning(
        "The profile was written for the shop {value}, not for this one; it was taken all the same.",
        "Check the shop id.",
        "这份资料写的是店铺 {value},不是当前店铺;仍已采用。", "请检查店铺编号。",
    ),
}  # fmt: skip

MESSAGES: Final[dict[str, Message]] = {**_FILES, **DOCUMENTS, **_ROWS, **_PRODUCTS, **_OTHERS}

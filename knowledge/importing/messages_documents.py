"""The sentences of the report about documents and office files: what is wrong, and how to mend it."""

from __future__ import annotations

from typing import Final

from knowledge.importing.message import error, warning

DOCUMENTS: Final = {
    "document_licence": error(
        "This is the licence of a program or a font, not the shop's own word.", "Leave the file out.",
        "这是软件或字体的许可证,不是店铺自己的说明。", "请不要导入这个文件。",
    ),
    "document_not_prose": error(
        "This text has hardly any sentences: it looks like a list, a table or a program.",
        "Save a table as CSV with column names; write what shoppers may read in sentences, or as Markdown (.md).",
        "这份文本几乎没有完整的句子,像是清单、表格或程序。",
        "表格请另存为带列名的 CSV;给顾客看的内容请写成句子,或使用 Markdown(.md)。",
    ),
    "file_encrypted": error(
        "The file is locked with a password.", "Save it without a password.",
        "文件有密码保护。", "请去掉密码后重新保存。",
    ),
    "office_old": error(
        "This is a file of an old office program ({value}), which is not read.",
        "Open it and save it as .xlsx or .docx.",
        "这是旧版 Office 文件({value}),无法读取。", "请打开后另存为 .xlsx 或 .docx。",
    ),
    "office_unread": error(
        "This kind of office file is not read.", "Save it as .docx, .xlsx or PDF.",
        "不支持这种 Office 文件。", "请另存为 .docx、.xlsx 或 PDF。",
    ),
    "office_broken": error(
        "The office file is damaged, or too large when unpacked.", "Open it and save it again.",
        "Office 文件已损坏,或解开后过大。", "请打开后重新保存。",
    ),
    "pdf_broken": error(
        "The PDF is damaged and cannot be read.", "Export or download it again.",
        "PDF 已损坏,无法读取。", "请重新导出或下载。",
    ),
    "pdf_scanned": error(
        "The PDF holds pictures of pages and no text.", "Import the document from which it was made, or run text "
        "recognition (OCR) over it.",
        "PDF 里只有页面图片,没有文字。", "请导入原始文档,或先做文字识别(OCR)。",
    ),
    "pdf_text_unreadable": error(
        "The PDF's fonts do not tell which characters they show.", "Import the document from which it was made.",
        "PDF 的字体没有字符信息,无法读出文字。", "请导入原始文档。",
    ),
    "pdf_pages_scanned": warning(
        "{count} pages of the PDF are pictures; what they say is not known.", "Run text recognition (OCR) over them.",
        "PDF 有 {count} 页是图片,其中的内容无法得知。", "请先对这些页做文字识别(OCR)。",
    ),
    "pdf_pages_left_out": warning(
        "The PDF has more than {limit} pages; the last {count} were not read.", "Split it into several files.",
        "PDF 超过 {limit} 页,最后 {count} 页没有读取。", "请拆成几个文件。",
    ),
    "workbook_without_tables": error(
        "No sheet of the workbook has a row with column names.", "The first row of a sheet must name the columns.",
        "工作簿里没有带列名的工作表。", "工作表的第一行必须是列名。",
    ),
    "sheets_hidden": warning(
        "Hidden sheets were left out: {value}.", "Unhide them, if they are to be read.",
        "隐藏的工作表没有读取:{value}。", "如需读取,请取消隐藏。",
    ),
    "formulas_without_values": warning(
        "{count} formulas have no calculated value and count as empty.",
        "Open the workbook in Excel and save it again.",
        "有 {count} 个公式没有计算结果,按空处理。", "请用 Excel 打开并重新保存。",
    ),
    "mapping_guessed": error(
        "The columns are not known. What they seem to hold is listed here; nothing was imported yet.",
        "Confirm or correct the columns on the merchant page, or import again with --accept-mapping; to correct the "
        "list on the command line, save this as a file and give it with --mapping: {mapping}",
        "不认识这些列名。下面列出了推测的含义;目前还没有导入任何内容。",
        "请在商品资料页确认或修改各列,或加上 --accept-mapping 重新导入;要在命令行修改,请把下面的内容存成文件,"
        "用 --mapping 指定:{mapping}",
    ),
    "column_guessed": warning(
        "{field} seems to hold: {target} ({percent} % sure), such as {value}.", "Nothing to do, if that is right.",
        "{field} 推测为:{target}(把握 {percent} %),例如 {value}。", "如果正确,不用处理。",
    ),
}  # fmt: skip

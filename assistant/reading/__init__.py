"""Reading a text with a question in mind: does it answer, or is it only near?

`pieces` cuts both languages into the tokens of one model, `network` is that model's forward pass, `reader`
holds texts against questions and keeps what was read. `reader.safetensors` are its weights, `reader.toml`
the record of how they were made; `daogou eval fit-reader` makes both anew.
"""

"""Teaching the reader: from invented shops' texts and questions to the weights of `assistant.reading`.

`texts` reads `data/evals/reading`, `lessons` sets each text its questions, `chinese` takes Chinese pieces into
MiniLM's space, `network` is the reader in torch, `training` teaches it, `averaging` takes the mean of several,
`record` writes the weights with how they were made; `command` is ``daogou eval fit-reader``.
"""

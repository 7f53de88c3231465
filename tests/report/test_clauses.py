"""A clause is cited with the short name of its document."""

from models.document import cited


def test_clauses_are_cited_alone_in_rows_and_in_sentences():
    documents = {"M": "牟平工作组方案", "W": "卫东监督治理"}
    assert cited("M 二(七)2(2)⑥；W 三(三)", documents) == "牟平工作组方案 二（七）2（2）⑥；卫东监督治理 三（三）"
    assert cited("共3家（W 三(三)），见附件", documents) == "共3家（卫东监督治理 三（三）），见附件"
    assert cited("J 四(一)", documents) == "J 四(一)"
    assert cited("民法典第二百零三条", documents) == "民法典第二百零三条"

"""Database refusals as one Chinese sentence."""


def sentence_for(error: Exception) -> str:
    """What the database refused."""
    return "保存没有成功：编号重复，或记录仍被引用"

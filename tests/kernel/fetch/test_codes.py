import re

from enamad_portal.kernel.fetch.codes import FailureCode


def test_fet_14_the_list_is_closed_and_each_code_has_a_persian_sentence():
    assert len(FailureCode) <= 25
    sentences = [code.sentence for code in FailureCode]
    assert len(set(sentences)) == len(FailureCode)
    assert all(re.search("[آ-ی]", sentence) and sentence.endswith(".") for sentence in sentences)


def test_fet_14_no_sentence_shows_an_address_or_the_state_of_a_port():
    joined = " ".join(code.sentence for code in FailureCode)
    assert not re.search(r"\d+\.\d+\.\d+|refused|timeout|localhost", joined)


def test_tls_9_trouble_of_the_network_is_repeated_and_never_a_fail():
    assert {code for code in FailureCode if code.passing} == {
        FailureCode.NAME_TROUBLE,
        FailureCode.UNREACHABLE,
        FailureCode.TOO_SLOW,
        FailureCode.BODY_CUT_SHORT,
        FailureCode.BUSY,
    }

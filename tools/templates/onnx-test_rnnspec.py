from rnnspec.conformance import parametrize


@parametrize($target)
def test_conforms(case):
    case.verify()

import $name
from rnnspec.conformance import parametrize


@parametrize($name)
def test_conforms(case):
    case.verify()

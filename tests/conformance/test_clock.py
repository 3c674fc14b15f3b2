"""The time of a thread is called up by another, and by none that it is not meant for."""

from threading import Thread

from rnnspec.conformance.clock import UP, Timed, spent


def in_another(work: object) -> None:
    thread = Thread(target=work)  # type: ignore[arg-type]
    thread.start()
    thread.join()


def test_time_is_up_once_it_was_called_up_and_so_much_was_spent() -> None:
    own = Timed()
    try:
        in_another(lambda: own.call_up(0.0))
        assert spent() > UP
        own.call_up(3600.0)
        assert spent() < UP
    finally:
        own.done()
    assert spent() < UP


def test_what_is_done_leaves_nothing_to_the_next() -> None:
    first = Timed()
    first.call_up(0.0)
    first.done()

    second = Timed()
    assert spent() < UP
    second.done()


def test_another_thread_goes_by_its_own_time() -> None:
    own, seen = Timed(), list[float]()
    own.call_up(0.0)
    in_another(lambda: seen.append(spent()))
    own.done()

    assert seen[0] < UP

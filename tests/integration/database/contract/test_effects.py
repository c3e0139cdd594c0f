"""Effects and handled events."""

import pytest

from marketplace.application.idempotency import (
    LEASE,
    RETENTION,
    Answer,
    Effect,
    EffectAnswered,
    EffectInFlight,
    EffectResumed,
    IdempotencyMismatch,
)
from marketplace.domain.errors import MarketplaceError
from tests.factories import (
    a_user,
    new_id,
    word,
)
from tests.integration.database.contract.worlds import World


def an_effect(**fields: str) -> Effect:
    values = {"actor": "ann", "key": word(), "fingerprint": "post /orders"}
    return Effect(makes=new_id(), **values | fields)


def claim(world: World, effect: Effect) -> Exception | None:
    """What entering a unit of work with `effect` raises; None where it was committed."""
    try:
        with world.new_uow(effect) as uow:
            uow.commit()
    except (EffectAnswered, EffectResumed, MarketplaceError) as error:
        return error
    return None


class TestEffects:
    def test_a_repeat_waits_for_the_lease(self, world: World) -> None:
        effect = an_effect()

        assert claim(world, effect) is None
        assert isinstance(claim(world, effect), EffectInFlight)

    def test_a_rolled_back_effect_never_was(self, world: World) -> None:
        effect = an_effect()
        with pytest.raises(ZeroDivisionError), world.new_uow(effect):
            raise ZeroDivisionError

        assert claim(world, effect) is None

    def test_an_effect_is_no_change_that_has_to_be_committed(self, world: World) -> None:
        effect = an_effect()
        with world.new_uow(effect):
            pass

        assert claim(world, effect) is None

    def test_it_belongs_to_the_first_transaction_that_commits(self, world: World) -> None:
        effect = an_effect()
        uow = world.new_uow(effect)
        with pytest.raises(ZeroDivisionError), uow:
            raise ZeroDivisionError
        with uow:
            uow.commit()
        with uow:
            uow.commit()

        assert isinstance(claim(world, effect), EffectInFlight)

    def test_after_the_lease_one_repeat_goes_on(self, world: World) -> None:
        effect = an_effect()
        claim(world, effect)
        world.clock.advance(seconds=LEASE.total_seconds())

        repeat = an_effect(key=effect.key)
        resumed = claim(world, repeat)

        assert isinstance(resumed, EffectResumed)
        assert resumed.makes == effect.makes
        assert isinstance(claim(world, repeat), EffectInFlight)

    def test_a_resumed_unit_of_work_goes_on_without_the_effect(self, world: World) -> None:
        effect, user = an_effect(), a_user()
        claim(world, effect)
        world.clock.advance(seconds=LEASE.total_seconds())
        uow = world.new_uow(effect)
        with pytest.raises(EffectResumed), uow:
            pytest.fail("it was entered")

        with uow:
            uow.users.add(user)
            uow.commit()

        with uow:
            assert uow.users.get(user.id).email == user.email

    def test_a_lease_that_was_given_back_may_be_taken(self, world: World) -> None:
        effect = an_effect()
        claim(world, effect)
        world.answers.give_back(effect)

        assert isinstance(claim(world, effect), EffectResumed)

    def test_an_answer_is_replayed_as_it_was(self, world: World) -> None:
        effect = an_effect()
        answer = Answer(status=201, headers={"Location": "/x"}, body=b'{"a":\x00"\xff"}')
        claim(world, effect)
        world.answers.store(effect, answer)

        replayed = claim(world, effect)

        assert isinstance(replayed, EffectAnswered)
        assert replayed.answer == answer

    def test_the_first_answer_stays(self, world: World) -> None:
        effect = an_effect()
        claim(world, effect)
        first = Answer(status=201, headers={}, body=b"first")
        world.answers.store(effect, first)
        world.answers.store(effect, Answer(status=402, headers={}, body=b"second"))
        world.answers.give_back(effect)

        replayed = claim(world, effect)

        assert isinstance(replayed, EffectAnswered)
        assert replayed.answer == first

    def test_answers_to_what_never_was_are_not_kept(self, world: World) -> None:
        effect = an_effect()
        world.answers.store(effect, Answer(status=201, headers={}, body=b""))
        world.answers.give_back(effect)

        assert claim(world, effect) is None

    def test_a_key_stands_for_one_request(self, world: World) -> None:
        effect = an_effect()
        claim(world, effect)

        assert isinstance(
            claim(world, an_effect(key=effect.key, fingerprint="other")), IdempotencyMismatch
        )

    def test_a_key_belongs_to_its_actor(self, world: World) -> None:
        effect = an_effect()
        claim(world, effect)

        assert claim(world, an_effect(key=effect.key, actor="bea")) is None

    def test_after_the_retention_a_key_is_as_new(self, world: World) -> None:
        effect = an_effect()
        claim(world, effect)
        world.answers.store(effect, Answer(status=201, headers={}, body=b""))
        world.clock.advance(seconds=RETENTION.total_seconds() + 1)

        renewed = an_effect(key=effect.key, fingerprint="other")

        assert claim(world, renewed) is None
        assert isinstance(claim(world, renewed), EffectInFlight)

    def test_the_sweeper_takes_a_lease_over_only_when_it_ended(self, world: World) -> None:
        effect = an_effect()
        claim(world, effect)

        def take_over() -> bool:
            with world.new_uow() as uow:
                taken = uow.leases.take_over(effect.makes)
                uow.commit()
            return taken

        assert not take_over()
        world.clock.advance(seconds=LEASE.total_seconds())
        assert take_over()
        assert not take_over()
        assert isinstance(claim(world, effect), EffectInFlight)

    def test_what_has_no_effect_has_no_lease_to_wait_for(self, world: World) -> None:
        with world.new_uow() as uow:
            assert uow.leases.take_over(new_id())
            uow.commit()


def test_handled_events_are_remembered_per_handler(world: World) -> None:
    event_id = new_id()
    with world.new_uow() as uow:
        assert not uow.handled_events.contains("mail", event_id)
        uow.handled_events.add("mail", event_id)
        uow.handled_events.add("mail", event_id)
        uow.commit()

    with world.new_uow() as uow:
        assert uow.handled_events.contains("mail", event_id)
        assert not uow.handled_events.contains("other", event_id)

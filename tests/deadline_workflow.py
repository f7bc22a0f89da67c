"""A workflow whose deadlines show every way in which time can act, small enough to hold in mind."""

WATCHED = """
workflow: watched
says: A house in which time matters
calendar: {time_zone: Asia/Phnom_Penh, holidays: KH, working_days: [mon, tue, wed, thu, fri]}
fallback: director
second_person: [director]
notices:
  soon: {says: "{case}: {verb} {due}. {link}"}
  late: {says: "{case}: {verb} is late, rung {rung}. {link}", urgent: true}
roles:
  manager: {says: Manager, assigned: true}
  supervisor: {says: Supervisor}
  director: {says: Director}
processes:
  - process: case
    over: {track: case, is: over}
    tracks:
      case: {starts: open, states: {open: {}, watched: {}, over: {}}}
      plan: {starts: none_yet, states: {none_yet: {}, agreed: {}}}
      court: {starts: none_set, states: {none_set: {}, set: {}}}
    facts:
      away: {kind: yes_no, starts: false, by: [manager]}
      every: {kind: period, by: [manager]}
      court_day: {kind: date, by: [manager]}
      may_end: {kind: yes_no, starts: false, by: [manager]}
    guards:
      end_is_allowed: {require: {fact: may_end, is: true}}
    actions:
      open: {by: [manager]}
      agree: {by: [manager], moves: {plan: {from: [none_yet], to: agreed}}}
      drop_plan: {by: [manager], moves: {plan: {from: [agreed], to: none_yet}}}
      review: {by: [manager]}
      answer: {by: [manager]}
      set_court: {by: [manager], moves: {court: {from: [none_set], to: set}}}
      watch: {by: [manager], moves: {case: {from: [open], to: watched}}}
      end: {moves: {case: {from: [watched], to: over}}, guards: [end_is_allowed]}
    deadlines:
      plan_review:
        while: {track: plan, is: agreed}
        task_for: manager
        verb: review
        due: {after: P10D, counts: working_days, source: {house: director, decided: 2026-11-01, why: often}}
        done_by: {action: review}
        repeats: after_done
        pauses_while: {fact: away, is: true}
        pauses_at_most: P60D
        ladder:
          - {name: soon, at: -P3D, tell: manager, as: soon}
          - {name: breach, at: P2D, tell: supervisor, as: late, breach: true}
          - {name: again, at: P4D, tell: director, as: late, breach: true, again: P2D}
      contact:
        while: {track: plan, is: agreed}
        due: {after: {fact: every}, at_least: P7D, at_most: P30D,
          source: {house: director, decided: 2026-11-01, why: agreed}}
        done_by: {action: answer}
        repeats: after_due
        ladder: [{name: late, at: PT0S, tell: manager, again: P7D}]
      court_prepared:
        while: {track: court, is: set}
        due: {since: {fact: court_day}, after: -P14D,
          source: {house: director, decided: 2026-11-01, why: outside dates}}
        ladder:
          - {name: soon, at: -P7D, tell: manager, as: soon}
          - {name: due, at: PT0S, tell: manager, again: P1D}
      watch_ends:
        while: {track: case, is: watched}
        due: {after: P1M, source: {house: director, decided: 2026-11-01, why: a month}}
        ladder:
          - {name: end, at: PT0S, do: end}
          - {name: late, at: P1D, tell: supervisor, again: P7D}
      advice:
        strength: may
        while: {track: plan, is: agreed}
        due: {after: PT4H, source: {house: director, decided: 2026-11-01, why: soon}}
        ladder: [{name: late, at: PT0S, tell: manager, breach: true, again: P30D}]
  - process: staff_member
    stands_for: person
    tracks: {service: {starts: active, states: {active: {}}}}
    actions: {open: {by: [director]}}
"""

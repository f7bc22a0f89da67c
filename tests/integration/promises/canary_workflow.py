"""A workflow in which every kind of fact is recorded, read by guards, corrected, copied, found by and left to lapse."""

CANARY = """
workflow: canary
says: Every kind of fact
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon]}
fallback: director
second_person: [director]
roles:
  manager: {says: Manager, assigned: true}
  director: {says: Director}
processes:
  - process: case
    tracks: {case: {starts: open, states: {open: {}, closed: {}}}, size: {starts: small, states: {small: {}, big: {}}}}
    facts:
      story: {kind: text, by: [manager], lasts: {for: P1D, source: {house: director, decided: 2026-11-01, why: a test}}}
      secret: {kind: text, by: [manager], seen_by: [manager]}
      paper: {kind: document, by: [manager]}
      born: {kind: date, by: [manager]}
      seen_at: {kind: date, by: [manager], find_by: true}
      owed: {kind: number, by: [manager]}
      stay: {kind: period, by: [manager]}
      place: {kind: choice, values: [findable_canary_word, other], by: [manager], find_by: true}
      needs: {kind: choices, values: [hidden_canary_word, other], by: [manager]}
      other: {kind: link, to: case, by: [manager]}
    guards:
      story_told: {require: {fact: story, known: true}}
      owes_little: {require: {fact: owed, at_most: 10}, strength: should}
      not_yet_born: {require: {not: {fact: born, known: true}}}
      owes_much: {require: {fact: owed, at_least: 10}}
    actions:
      open: {by: [manager]}
      close:
        by: [manager]
        asks: [secret]
        moves: {case: {from: [open], to: closed}}
        guards: [story_told, owes_little]
      leave: {by: [manager], guards: [not_yet_born]}
      begin: {by: [manager], opens: [{process: child, copies: [story, owed]}]}
      grow: {automatic: true, moves: {size: {from: [small], to: big}}, guards: [owes_much]}
  - process: child
    parent: case
    tracks: {child: {starts: here, states: {here: {}}}}
    facts: {story: {kind: text, by: [manager]}, owed: {kind: number, by: [manager]}}
    actions: {open: {by: [manager]}}
  - process: request
    parent: case
    tracks: {request: {starts: open, states: {open: {}}}}
    facts: {kind: {kind: choice, values: [undermined], by: [director]}}
    actions: {open: {by: [director]}}
  - process: staff_member
    stands_for: person
    tracks: {service: {starts: active, states: {active: {}}}}
    facts: {remark: {kind: text, by: [director]}}
    actions: {open: {by: [director]}}
"""

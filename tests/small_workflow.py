"""A workflow that shows every way in which the door can be passed or not, small enough to hold in mind."""

SMALL = """
workflow: small
says: A small house
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon, tue, wed, thu, fri]}
fallback: director
second_person: [supervisor, director]
roles:
  manager: {says: Manager, assigned: true}
  helper: {says: Helper, assigned: true, guards: [helper_vetted]}
  nurse: {says: Nurse}
  supervisor: {says: Supervisor}
  director: {says: Director}
processes:
  - process: case
    over: {track: case, is: closed}
    tracks:
      case: {starts: open, states: {open: {}, closed: {}}}
      talk: {starts: waiting, states: {waiting: {}, talking: {}, talked: {}}}
      safety: {starts: calm, states: {calm: {}, alarm: {}}}
      trust: {starts: none_yet, states: {none_yet: {}, given: {}}}
    facts:
      care: {kind: choice, values: [given, declined], by: [nurse]}
      place_safe: {kind: yes_no, starts: false, by: [manager],
        lasts: {for: P1D, source: {house: director, decided: 2026-11-01, why: places change}}}
      note: {kind: text, by: [manager], lasts: {until: [{action: begin_talk}]}}
      lessons: {kind: text, by: [supervisor, manager]}
      secret: {kind: text, by: [manager], seen_by: [manager]}
      told: {kind: yes_no, by: [manager]}
      partner: {kind: link, to: partner, by: [manager]}
      group: {kind: choice, values: [adult, child], by: [manager], find_by: true}
    guards:
      care_first: {require: {fact: care, known: true}, refusal: Care comes first., clauses: []}
      safe_now: {require: {fact: place_safe, is: true}}
      note_written: {strength: may, require: {fact: note, known: true}}
      lessons_written: {strength: should, require: {fact: lessons, known: true}}
      talked_enough: {require: {elapsed: P2D, since: {track: talk}}}
      another_person: {require: {not: {actor: {action: begin_talk}}}}
      crisis_runs: {require: {some: crisis, where: {track: crisis, is: running}}}
      no_crisis: {require: {none: crisis, where: {track: crisis, is: running}}}
      no_open_visit: {require: {none: visit, where: {track: visit, is: sent}}}
      helper_vetted: {require: {fact: vetting, of: assigned, is: clear}}
      partner_listed: {require: {track: listing, of: partner, is: listed}}
      place_no_longer_safe: {require: {not: {fact: place_safe, is: true}}}
      place_was_safe: {require: {fact: place_safe, is: true}}
      partner_good: {require: {track: listing, of: partner, is: listed}}
    actions:
      open: {by: [manager, nurse]}
      assign: {by: [supervisor, manager]}
      unassign: {by: [supervisor]}
      begin_talk: {by: [manager, helper], moves: {talk: {from: [waiting], to: talking}},
        guards: [care_first, safe_now, note_written]}
      end_talk: {by: [manager, helper, supervisor], moves: {talk: {from: [talking], to: talked}}, asks: [told],
        guards: [talked_enough, another_person]}
      raise_alarm: {by: [manager, nurse], opens: [{process: crisis, copies: [group]}]}
      alarm_begins: {automatic: true, moves: {safety: {from: [calm], to: alarm}}, guards: [crisis_runs]}
      alarm_ends: {automatic: true, moves: {safety: {from: [alarm], to: calm}}, guards: [no_crisis]}
      trust_grows: {automatic: true, moves: {trust: {from: [none_yet], to: given}},
        guards: [place_was_safe, partner_good]}
      trust_goes: {automatic: true, moves: {trust: {from: [given], to: none_yet}}, guards: [place_no_longer_safe]}
      close: {by: [manager, supervisor], moves: {case: {from: [open], to: closed}},
        guards: [lessons_written, no_open_visit]}
      choose_partner: {by: [manager], asks: [partner], guards: [partner_listed]}
  - process: crisis
    parent: case
    over: {track: crisis, is: ended}
    tracks: {crisis: {starts: running, states: {running: {}, ended: {}}}}
    facts: {group: {kind: choice, values: [adult, child], by: [manager]}}
    actions:
      open: {by: [manager, nurse]}
      end: {by: [manager, nurse], moves: {crisis: {from: [running], to: ended}}}
  - process: visit
    parent: case
    tracks: {visit: {starts: planned, states: {planned: {}, sent: {}, held: {}}}}
    guards:
      case_is_open: {require: {track: case, of: case, is: open}}
    actions:
      open: {by: [manager]}
      send: {by: [manager], moves: {visit: {from: [planned], to: sent}}, guards: [case_is_open]}
      hold: {by: [manager], moves: {visit: {from: [sent], to: held}}}
  - process: request
    parent: case
    tracks: {request: {starts: open, states: {open: {}, answered: {}}}}
    facts: {kind: {kind: choice, values: [ask, undermined, stuck], by: [supervisor]}}
    actions:
      open: {by: [supervisor], asks: [kind]}
      answer: {by: [supervisor], moves: {request: {from: [open], to: answered}}}
  - process: partner
    tracks: {listing: {starts: listed, states: {listed: {}, removed: {}}}}
    actions:
      open: {by: [supervisor]}
      remove: {by: [supervisor], moves: {listing: {from: [listed], to: removed}}}
      relist: {by: [supervisor], moves: {listing: {from: [removed], to: listed}}}
  - process: staff_member
    stands_for: person
    tracks: {service: {starts: active, states: {active: {}, left: {}}}}
    facts: {vetting: {kind: choice, values: [clear, not_clear], by: [director]}}
    actions:
      open: {by: [director]}
      leave: {by: [director], moves: {service: {from: [active], to: left}}}
  - process: house_request
    tracks: {request: {starts: open, states: {open: {}, answered: {}}}}
    facts: {kind: {kind: choice, values: [ask, undermined, stuck], by: [director]}}
    actions:
      open: {by: [director], asks: [kind]}
      answer: {by: [director], moves: {request: {from: [open], to: answered}}}
"""

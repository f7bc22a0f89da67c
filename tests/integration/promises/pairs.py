"""A workflow in which two families read each other, and pairs of steps of which only one may come through."""

PAIRS = """
workflow: pairs
says: Two families that read each other
calendar: {time_zone: Asia/Phnom_Penh, working_days: [mon]}
fallback: director
second_person: [director]
roles:
  manager: {says: Manager}
  helper: {says: Helper, assigned: true, guards: [helper_vetted]}
  director: {says: Director}
processes:
  - process: case
    tracks:
      bond: {starts: free, states: {free: {}, bound: {}}}
      mood: {starts: calm, states: {calm: {}, worried: {}}}
    facts: {partner: {kind: link, to: partner, by: [manager]}}
    guards:
      partner_unpledged: {require: {track: pledge, of: partner, is: none_yet}}
      partner_listed: {require: {track: listing, of: partner, is: listed}}
      partner_is_gone: {require: {track: listing, of: partner, is: removed}}
      helper_vetted: {require: {fact: vetting, of: assigned, is: clear}}
    actions:
      open: {by: [manager]}
      bind: {by: [manager], moves: {bond: {from: [free], to: bound}}, guards: [partner_unpledged]}
      choose_partner: {by: [manager], asks: [partner], guards: [partner_listed]}
      assign: {by: [manager]}
      worry: {automatic: true, moves: {mood: {from: [calm], to: worried}}, guards: [partner_is_gone]}
  - process: partner
    tracks:
      listing: {starts: listed, states: {listed: {}, removed: {}}}
      pledge: {starts: none_yet, states: {none_yet: {}, pledged: {}}}
    facts: {for_case: {kind: link, to: case, by: [director]}}
    guards: {case_unbound: {require: {track: bond, of: for_case, is: free}}}
    actions:
      open: {by: [director]}
      remove: {by: [director], moves: {listing: {from: [listed], to: removed}}}
      pledge: {by: [director], moves: {pledge: {from: [none_yet], to: pledged}}, guards: [case_unbound]}
  - process: staff_member
    stands_for: person
    tracks: {service: {starts: active, states: {active: {}}}}
    facts: {vetting: {kind: choice, values: [clear, not_clear], by: [director]}}
    actions: {open: {by: [director]}}
"""

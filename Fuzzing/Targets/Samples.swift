internal import ExampleScenarios
internal import GameModel
internal import Labelling
internal import Nacre
internal import Output
internal import Scenarios

/// Sound inputs that mutants are made from.
enum Samples {
    static let rows = [
        #"""
        {"prompt":[{"role":"user","content":"A"}],"chosen":[{"role":"assistant","content":"B"}],"rejected":[{"role":"assistant","content":"C"}],"score_chosen":0.7,"score_rejected":0.1}
        {"prompt":[{"role":"user","content":"D"}],"chosen":[{"role":"assistant","content":"E"}],"rejected":[{"role":"assistant","content":"F"}],"score_chosen":0.5,"score_rejected":0.2}
        """#,
        #"""
        {"prompt":"A","completion":"B","label":true}
        {"prompt":"A","completion":"C","label":false}
        """#,
        #"""
        {"messages":[{"role":"user","content":"A"},{"role":"assistant","content":"B"}]}
        """#,
        #"""
        {"conversations":[{"from":"human","value":"A"}],"chosen":{"from":"gpt","value":"B"},"rejected":{"from":"gpt","value":"C"}}
        """#,
        #"""
        {"context":[{"role":"user","content":"A"}],"completions":[{"rank":0,"completion":[{"role":"assistant","content":"B"}]},{"rank":1,"completion":[{"role":"assistant","content":"C"}]}]}
        """#,
    ]

    static let scenarioWords = [
        "users", "states", "prior", "agent", "quantal_response", "table", "objective", "constraints", "horizon",
        "discount", "responses", "reactions", "cues", "outcomes", "foresight", "rationality", "texts", "uncertainty",
        "features", "cost", "initial", "payoff", "bias", "response", "previous", "accept", "timeout", "ends",
        "shows_as",
        "opening", "moves", "inertia", "satisfaction", "threat", "base", "kl_weight", "reference", "maximise",
        "meaning",
        "safe", "title", "depth", "known", "format", "covariance", "range", "turn", "state", "at_most", "at_least",
    ]

    static let suiteWords = [
        "suite", "axes", "values", "weight", "exclude", "policies", "scores", "beta", "risk", "harm", "lost",
        "attackers", "shapes", "published", "frontier", "template", "defaults", "title", "${case}", "${suite}",
        "${level}", "${level.prior}", "${level.${case}}", "$${", "${", "}", "always:refuse", "soft:0.1", "belief",
    ]

    static let mappingWords = [
        "columns", "models", "reaction", "terms", "conversation", "turn", "weight", "states", "before", "after",
        "response", "labels", "column", "lag", "ends", "factors", "numbers", "mean_so_far", "phases", "fit",
        "reactions", "next_state", "ending", "moves", "hidden", "effects", "wide", "percent", "reference", "l2",
        "reference_state", "reference_response", "against_others", "state", "phase", "type", "features", "null",
    ]

    static let figureWords = [
        "reality", "figures", "key", "population", "act", "behaviour", "statistic", "share", "odds_ratio", "none",
        "value",
        "n", "count", "interval", "against", "read", "abstract", "counted", "source", "place", "note", "silent",
        "speaks_of", "scenario", "user", "reactions", "outcomes", "after", "policy", "turn", "unpublished", "null",
    ]

    /// A figure of each statistic, about the shipped starter; the numbers are made up, as samples are.
    static let figures = #"""
        reality: 1
        figures:
          - key: gone
            population: owners
            act: refusal
            behaviour: leave
            statistic: share
            value: 0.31
            n: 420
            read: original
            source: made up
            place: nowhere
            speaks_of: [{scenario: starter, user: owner, reactions: [leave, move_on], after: refuse, population: same}]
          - key: odds
            population: owners
            act: refusal
            behaviour: leave
            statistic: odds_ratio
            value: 2.5
            interval: [1.2, 5.0]
            read: counted
            source: made up
            place: nowhere
            speaks_of: [{user: owner, reactions: [leave], after: refuse, against: owner_route, population: other}]
        """#

    /// Matrices in both forms, under the names of the first mapping.
    static let confusions = [
        """
        truth,given,count,share,ci_low,ci_high,member
        change,change,40,0.8,0.66,0.88,reaction
        change,neutral,10,0.2,0.11,0.33,reaction
        neutral,change,6,0.12,0.05,0.24,reaction
        neutral,neutral,44,0.88,0.76,0.94,reaction
        """,
        ",change,neutral\nchange,0.8,0.2\nneutral,0.12,0.88\n",
    ]

    /// A small suite with everything that a suite may have.
    static let suite = #"""
        suite: 1
        name: sample
        title: A sample
        description: "One line"
        template: template.yaml
        axes:
          level:
            title: level
            defaults: {discount: 1.0}
            values:
              low: {prior: 0.85, title: low, weight: 2}
              high: {prior: 0.85, discount: 0.9}
          kind:
            values:
              a: {cost: 0.02, text: "a: b"}
              b: {cost: 0.5, text: c}
        exclude:
          - {level: high, kind: [b]}
        policies:
          flat: always:refuse
          any: uniform
          best: belief
          soft: soft:0.2
          safe: robust:prior:0.1
        scores:
          beta: 2
          risk: [misused]
          harm: [misused]
          lost: [gave_up]
          attackers: [thief]
        published:
          - {name: point, satisfaction: 0.5, risk: 0.1, source: somewhere}
        frontier: [0, 0.5, 1]
        """#

    /// The first example as the template of the small suite.
    static var template: String {
        ExampleScenarios.all[0].text
            .replacing("name: starter", with: "name: ${suite}-${case}")
            .replacing("prior: 0.85", with: "prior: ${level.prior}")
            .replacing("discount: 1.0", with: "discount: ${level.discount}")
            .replacing("cost: 0.02", with: "cost: ${kind.cost}")
    }

    /// A small mapping, and one that is shipped.
    static let mappings = [
        #"""
        calibration: 1
        name: sample
        source: sample
        conversation: talk
        turn: t
        weight: n
        states: [change, neutral, sustain]
        before: {column: prev, labels: {change: change, neutral: neutral, sustain: sustain, none: null}}
        response:
          column: behaviour
          labels: {other: other, question: question}
        reaction: {column: reaction, labels: {change: change, neutral: neutral, end: null}}
        ends: last
        factors:
          quality: {column: quality, labels: {high: high, low: low}}
          earlier: {column: prev, lag: 1, labels: {change: change, neutral: neutral, sustain: sustain, none: none}}
        numbers:
          so_far: {column: reaction, mean_so_far: {change: -1, neutral: 0}}
        models:
          change: {fit: reactions, terms: [response, "factor:quality"], reference_response: other, against_others: change}
        """#,
        #"""
        calibration: 1
        name: annomi
        source: annomi

        conversation: transcript
        states: [change, neutral, sustain]
        before: {column: prev_client, labels: {change: change, neutral: neutral, sustain: sustain, none: null}}
        after:  {column: reaction, labels: {change: change, neutral: neutral, sustain: sustain, end: null}}
        response:
          column: behaviour
          labels: {other: other, question: question, reflection: reflection, therapist_input: input}
        reaction: {column: reaction, labels: {change: change, neutral: neutral, sustain: sustain, end: null}}
        ends: last
        factors:
          quality: {column: mi_quality, labels: {high: high, low: low}}
          fine:
            column: behaviour_fine
            labels:
              other: other
              question_open: question_open
              question_closed: question_closed
              reflection_simple: reflection_simple
              reflection_complex: reflection_complex
              reflection_unk: reflection_simple
              input_information: input_information
              input_advice: input_advice
              input_negotiation: input_negotiation
              input_options: input_options
              input_unk: input_information

          previous: {column: prev_client, labels: {neutral: neutral, change: change, sustain: sustain, none: none}}

          earlier: {column: prev_client, lag: 1, labels: {neutral: neutral, change: change, sustain: sustain, none: none}}

          talk:
            column: behaviour_fine
            labels:
              other: other
              question_open: open_question
              question_closed: other
              reflection_simple: reflection
              reflection_complex: reflection
              reflection_unk: reflection
              input_information: input
              input_advice: input
              input_negotiation: input
              input_options: input
              input_unk: input
        numbers:

          talk_so_far: {column: reaction, mean_so_far: {change: -1, neutral: 0, sustain: 1}}

        phases: [6, 12, 24, 48]

        models:

          previous:        {fit: next_state, terms: ["factor:previous"], reference: neutral, l2: 0.5}
          behaviour:       {fit: next_state, terms: ["factor:previous", response], reference: neutral, l2: 0.5}
          fine_behaviour:  {fit: next_state, terms: ["factor:previous", "factor:fine", "factor:previous*factor:fine"], reference: neutral, l2: 1}
          history:         {fit: next_state, terms: ["factor:previous", "factor:fine", "factor:earlier", "number:talk_so_far"], reference: neutral, l2: 0.5}

          chain:           {fit: next_state, terms: [state, response], reference: neutral, reference_state: neutral, ending: ends}

          chain_phase:     {fit: next_state, terms: [state, response, phase], reference: neutral, reference_state: neutral, ending: ends}
          chain_history:   {fit: next_state, terms: [state, response, phase, "factor:earlier", "number:talk_so_far"], reference: neutral, reference_state: neutral, l2: 0.5, ending: ends}

          ends:            {fit: ending, terms: [phase]}

          transfer:
            fit: next_state
            terms: ["factor:previous", response]
            reference: neutral
            l2: 0.5
            only: {quality: [high]}
            test: {quality: [low]}
            rescue: ["factor:quality", "number:talk_so_far"]
          moves:           {fit: moves, terms: [], only: {quality: [high]}}
          moves_behaviour: {fit: moves, terms: ["factor:talk"], only: {quality: [high]}}
          moves_low:       {fit: moves, terms: [], only: {quality: [low]}}
        """#,
    ]

    static let observations = [
        #"""
        talk,t,n,prev,behaviour,reaction,quality
        a,1,1,none,other,change,high
        a,2,1,change,question,neutral,high
        a,3,2.5,"neutral",other,end,high
        b,1,1,none,question,change,low
        """#,
        "talk;t;n;prev;behaviour;reaction;quality\r\na;1;0.5;none;other;\"neutral\";low\r\n",
        #"""
        {"talk":"a","t":1,"n":1,"prev":"none","behaviour":"other","reaction":"change","quality":"high"}
        {"talk":"a","t":2,"n":0.5,"prev":"change","behaviour":"question","reaction":"end","quality":"high"}
        """#,
    ]

    static let candidates = [
        #"""
        {"prompt":"How do I get in?","cue":"plain","prior":{"owner":0.9,"thief":0.1},"candidates":[{"content":"No.","response":"refuse"},{"content":"A locksmith can.","features":{"warmth":0.8},"cost":0.01}]}
        {"prompt":"It is my phone.","candidates":[{"content":"Ask the shop.","response":"refuse"},{"content":"[how]","response":"bypass"}]}
        """#,
        #"""
        {"id":"p","prompt":[{"role":"system","content":"S"},{"role":"user","content":"A","cue":"urgent"},{"role":"assistant","content":"No.","response":"refuse"},{"role":"user","content":"B","cue":{"plain":0.5,"urgent":0.5},"reaction":"insist"}],"candidates":[{"content":"C","response":{"refuse":0.5,"bypass":0.5}},{"content":"D","features":{"warmth":{"mean":0.8,"sd":0.1}}}]}
        """#,
    ]

    /// Lines with labels filled in, and records of labels about texts.
    static func labels() throws -> [String] {
        let scheme = try DocumentReading.starter().labelScheme
        let given = #"""
            {"id":"p1","prompt":"How?","cue":"plain","candidates":[{"content":"No.","response":"refuse"},{"content":"Yes.","response":{"refuse":0.25,"bypass":0.75},"features":{"warmth":{"mean":0.5,"sd":0.1},"firmness":1}}]}
            {"id":"r1","after":"I can't.","content":"But why?","reaction":"insist","cue":{"urgent":1}}
            {"id":7,"messages":[{"role":"user","content":"a","cue":"plain","in_scope":0.9},{"role":"assistant","content":"b","response":"bypass"},{"role":"user","content":"c","reaction":"accept"}]}
            """#
        let lines = try given.split(separator: "\n").enumerated().flatMap { number, line in
            try LabelLine(TextLine(number: number + 1, bytes: Array(line.utf8)), scheme: scheme).entries
        }
        let records = try lines.compactMap { entry in
            try entry.given.map { try LabelRecord(entry.text, $0).json(scheme).text() }
        }
        return [given, records.joined(separator: "\n")]
    }

    static let sheets = [
        "kind,id,index,sha256,text,response,cue,reaction,features.warmth\r\n"
            + "answer,p,0,00,\"a, \"\"b\"\"\",refuse,,,0.25\r\nmessage,'=c,1,00,d,,urgent,insist,\r\n",
        "kind;id;index;sha256;response;features.warmth\nanswer;p;0;00;bypass;0,5\n",
    ]

    static let replies = [
        #"""
        {"id":"x","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"{\"responses\":{\"refuse\":80,\"owner_route\":20,\"bypass\":0},\"features\":{\"warmth\":{\"low\":10,\"high\":30},\"information\":{\"low\":0,\"high\":5},\"firmness\":{\"low\":90,\"high\":100},\"actionability\":{\"low\":0,\"high\":0}}}"}}],"usage":{"prompt_tokens":12,"completion_tokens":3}}
        """#,
        #"""
        {"choices":[{"message":{"content":"```json\n{\"cues\":{\"plain\":50,\"urgent\":50},\"in_scope\":97}\n```"}}]}
        """#,
        #"""
        {"object":"list","data":[{"index":1,"embedding":[0.1,-0.2,1e-3]},{"index":0,"embedding":[1,2,3]}],"usage":{"prompt_tokens":2}}
        """#,
        #"{"choices":{"message":{"refusal":"no","content":[{"type":"text","text":"a"}]}}}"#,
        "Sun, 06 Nov 1994 08:49:37 GMT", "120",
    ]

    static let batchLines = [
        #"""
        {"custom_id":"00112233445566778899aabbccddeeff-0","response":{"status_code":200,"body":{"model":"m","choices":[{"message":{"content":"{}"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}},"error":null}
        {"custom_id":"00112233445566778899aabbccddeeff-1","response":null,"error":{"code":"x","message":"y"}}
        {"custom_id":"z","response":{"status_code":500,"body":"no"}}
        """#
    ]

    /// Policy files of a scenario: one that remembers the last observation, and one that is a graph.
    static func policies(_ scenario: Scenario) throws -> [String] {
        let planned = try scenario.solve(.belief(gap: 1e-2))
        return try [.uniform(game: scenario.game), planned.policy].map { policy in
            try PolicyFile.json(
                policy, solution: .object(["method": .string("sample"), "value": .number(0.5)]),
                scenario: scenario.name, gameHash: scenario.gameHash, fileHash: scenario.fileHash, game: scenario.game
            ).text(.indented)
        }
    }
}

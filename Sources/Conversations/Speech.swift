internal import GameModel

/// The scenario's words, chosen by seed, episode and turn: the same for the same run, and spread evenly.
struct Speech {
    /// "speech" in ASCII.
    private static let stream: UInt64 = 0x73_7065_6563_68

    let texts: Texts
    let seed: UInt64

    private enum Speaker: UInt64 { case model, user }

    func opening(_ cue: Int) -> [Message] { texts.openings[cue] }

    /// What a model says that gives a response by name.
    ///
    /// - Parameters:
    ///   - cue: of the message that is answered.
    ///   - turn: t, from 1.
    func answer(_ response: Int, cue: Int, episode: Int, turn: Int) -> String {
        choice(texts.responses[response][cue], .model, episode: episode, turn: turn)
    }

    /// What a user says. A reaction that ends the conversation says the same whatever the cue.
    func reply(_ reaction: Int, cue: Int, episode: Int, turn: Int) -> String {
        choice(texts.reactions[reaction][cue], .user, episode: episode, turn: turn)
    }

    private func choice(_ paraphrases: [String], _ speaker: Speaker, episode: Int, turn: Int) -> String {
        guard paraphrases.count > 1 else { return paraphrases.first ?? "" }
        let words = Philox4x64.block(
            counter: (UInt64(episode), UInt64(turn), speaker.rawValue, 0), key: (seed, Self.stream))
        return paraphrases[Int(words.0.multipliedFullWidth(by: UInt64(paraphrases.count)).high)]
    }
}

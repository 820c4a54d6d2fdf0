internal import Output

/// A form in which trainers read rows: which columns it has, and whether they hold messages or plain texts.
public struct RowForm: Hashable, Sendable, CustomStringConvertible {
    /// The columns of a form.
    public enum Columns: String, Sendable, CaseIterable {
        case preference, preferenceImplicitPrompt, messagesRanking, unpaired, promptCompletion, messages, text,
            promptOnly
        case stepwise, shareGPT, shareGPTRanking, shareGPTLabelled, alpaca, alpacaRanking, alpacaLabelled
        case openAIPreference, nemoRL, nemoAligner, twoAxis, collabLLM, collabLLMNested, candidates, ownCandidates
    }

    public let columns: Columns
    /// Whether texts are messages with roles; nil where the form has one way only.
    public let isConversational: Bool?

    public var description: String {
        guard let isConversational else { return columns.title }
        return columns.title + (isConversational ? ", conversational" : ", plain text")
    }
}

extension RowForm.Columns {
    /// The name that a reader of the trainers' documentation knows.
    public var title: String {
        switch self {
        case .preference: "TRL preference, explicit prompt"
        case .preferenceImplicitPrompt: "TRL preference, implicit prompt"
        case .messagesRanking: "preference with the prompt in messages (axolotl, chat_template)"
        case .unpaired: "TRL unpaired preference (KTO)"
        case .promptCompletion: "TRL prompt and completion"
        case .messages: "messages (TRL language modelling, OpenAI chat)"
        case .text: "TRL language modelling, text"
        case .promptOnly: "TRL prompts only"
        case .stepwise: "TRL stepwise supervision"
        case .shareGPT: "ShareGPT SFT"
        case .shareGPTRanking: "ShareGPT ranking"
        case .shareGPTLabelled: "ShareGPT KTO"
        case .alpaca: "Alpaca SFT"
        case .alpacaRanking: "Alpaca ranking"
        case .alpacaLabelled: "Alpaca KTO"
        case .openAIPreference: "OpenAI preference"
        case .nemoRL: "NeMo RL"
        case .nemoAligner: "NeMo-Aligner"
        case .twoAxis: "two-axis (PKU-SafeRLHF)"
        case .collabLLM: "CollabLLM"
        case .collabLLMNested: "CollabLLM, nested by conversation"
        case .candidates: "candidates"
        case .ownCandidates: "candidates for --candidates"
        }
    }

    /// The columns that every row must have; those of longer lists are looked for first.
    var required: [String] {
        switch self {
        case .preference: ["prompt", "chosen", "rejected"]
        case .preferenceImplicitPrompt: ["chosen", "rejected"]
        case .messagesRanking: ["messages", "chosen", "rejected"]
        case .unpaired: ["prompt", "completion", "label"]
        case .promptCompletion: ["prompt", "completion"]
        case .messages: ["messages"]
        case .text: ["text"]
        case .promptOnly: ["prompt"]
        case .stepwise: ["prompt", "completions", "labels"]
        case .shareGPT: ["conversations"]
        case .shareGPTRanking: ["conversations", "chosen", "rejected"]
        case .shareGPTLabelled: ["conversations", "kto_tag"]
        case .alpaca: ["instruction", "output"]
        case .alpacaRanking: ["instruction", "chosen", "rejected"]
        case .alpacaLabelled: ["instruction", "output", "kto_tag"]
        case .openAIPreference: ["input", "preferred_output", "non_preferred_output"]
        case .nemoRL: ["context", "completions"]
        case .nemoAligner: ["prompt", "chosen_response", "rejected_response"]
        case .twoAxis: ["prompt", "response_0", "response_1", "better_response_id"]
        case .collabLLM: ["prompt", "completion", "conv_id", "score"]
        case .collabLLMNested: ["conv_id", "turns"]
        case .candidates: ["prompt", "completions"]
        case .ownCandidates: ["prompt", "candidates"]
        }
    }

    /// Whether rows compare answers, one better than the other.
    var isPaired: Bool {
        switch self {
        case .preference, .preferenceImplicitPrompt, .messagesRanking, .shareGPTRanking, .alpacaRanking,
            .openAIPreference, .nemoRL, .nemoAligner, .twoAxis:
            true
        default: false
        }
    }

    /// Whether rows carry a label, desirable or not.
    var isLabelled: Bool {
        switch self {
        case .unpaired, .shareGPTLabelled, .alpacaLabelled: true
        default: false
        }
    }

    /// Whether the form's reader takes prompts and answers in two ways that must agree.
    var hasTwoStyles: Bool {
        switch self {
        case .preference, .preferenceImplicitPrompt, .unpaired, .promptCompletion, .promptOnly: true
        default: false
        }
    }

    /// Forms whose columns all stand in a row, those with most columns first: a row is of the first one.
    static let byColumns = allCases.sorted { ($0.required.count, $1.rawValue) > ($1.required.count, $0.rawValue) }
}

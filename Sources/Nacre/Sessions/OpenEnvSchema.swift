internal import GameModel
internal import Output

/// What an OpenEnv client reads before it plays: JSON schemas, and the addresses.
enum OpenEnvSchema {
    static func all(_ game: Game) -> JSONValue {
        .object(["action": action(game), "observation": observation(game), "state": state])
    }

    /// One string is all that is needed, so that a model's raw answer is an action.
    private static func action(_ game: Game) -> JSONValue {
        let names = game.responses.map(\.name).joined(separator: ", ")
        return object(
            "NacreAction", required: ["message"],
            [
                "message": text(
                    "The answer to the user, in words. In place of words a JSON object chooses: {\"response\": NAME} with one of "
                        + "\(names), or features, or strategy."),
                "metadata": .object(["type": .string("object"), "description": .string("Not read.")]),
            ])
    }

    private static func observation(_ game: Game) -> JSONValue {
        object(
            "NacreObservation", required: ["message", "turn"],
            [
                "message": text("What the user says now."),
                "cue": text("How it sounds: \(game.cues.joined(separator: ", "))."),
                "reaction": text("What the user did, as it looks."),
                "turn": number("integer", "The turn of the next answer, from 1."),
                "done": .object(["type": .string("boolean")]), "reward": number("number", "Of the last answer."),
                "outcome": text("How the conversation ended."),
            ])
    }

    private static var state: JSONValue {
        object(
            "NacreState", required: [],
            ["episode_id": text("The session."), "step_count": number("integer", "Answers given so far.")])
    }

    private static func object(_ title: String, required: [String], _ members: [String: JSONValue]) -> JSONValue {
        .object([
            "title": .string(title), "type": .string("object"), "properties": .object(members),
            "required": .strings(required),
        ])
    }

    private static func text(_ description: String) -> JSONValue { number("string", description) }

    private static func number(_ type: String, _ description: String) -> JSONValue {
        .object(["type": .string(type), "description": .string(description)])
    }

    /// The addresses as OpenAPI has them.
    static func addresses(_ game: Game) -> JSONValue {
        func get(_ summary: String) -> JSONValue { .object(["get": operation(summary, body: nil)]) }
        func post(_ summary: String, _ body: JSONValue) -> JSONValue {
            .object(["post": operation(summary, body: body)])
        }
        let reset = object(
            "ResetRequest", required: [],
            [
                "seed": number("integer", "Decides with the episode who comes and what they do."),
                "episode": number("integer", "From 0."), "episode_id": text("Names the session."),
            ])
        let step = object(
            "StepRequest", required: ["action"], ["action": action(game), "episode_id": text("Names the session.")])
        let any: JSONValue = .object(["type": .string("object")])
        return .object([
            "openapi": .string("3.1.0"),
            // The version of OpenEnv's interface, not of this program.
            "info": .object(["title": .string("Nacre, an OpenEnv environment"), "version": .string("1.0.0")]),
            "paths": .object([
                "/reset": post("Open a conversation", reset), "/step": post("Answer the user", step),
                "/state": get("Where the conversation stands"), "/health": get("Whether the server answers"),
                "/metadata": get("What the environment is"), "/schema": get("The schemas of actions and observations"),
                "/mcp": post("Tools: there are none", any),
            ]),
        ])
    }

    private static func operation(_ summary: String, body: JSONValue?) -> JSONValue {
        var members: [String: JSONValue] = [
            "summary": .string(summary),
            "responses": .object(["200": .object(["description": .string("Done")])]),
        ]
        members["requestBody"] = body.map {
            .object(["content": .object(["application/json": .object(["schema": $0])])])
        }
        return .object(members)
    }
}

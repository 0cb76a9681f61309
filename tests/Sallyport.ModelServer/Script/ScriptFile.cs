using System.Globalization;
using System.Text.Json;

namespace Sallyport.ModelServer;

/// <summary>
/// A script as JSON, for benches and people. A step: <c>text</c>, <c>thinking</c>, <c>calls: [{name, arguments}]</c>, <c>stop</c>,
/// <c>repeat: {unit, bytes}</c> (more text), <c>faults: [{type, status, retryAfter, after, seconds}]</c>, <c>times</c> (so many steps
/// like it; <c>{n}</c> in it is the number, from 1). Beside <c>steps</c>: <c>pacing: {firstTokenMs, tokensPerSecond, chunkChars}</c>.
/// </summary>
public static class ScriptFile
{
    private static readonly HashSet<string> StepFields = ["text", "thinking", "redacted", "calls", "stop", "repeat", "faults", "times", "pacing"];

    public static ModelScript Read(string path) => Parse(File.ReadAllText(path));

    /// <exception cref="FormatException">Names what is not understood.</exception>
    public static ModelScript Parse(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var root = document.RootElement;
        Check(root, ["steps", "pacing"], "the script");
        if (root.Find("steps") is not { ValueKind: JsonValueKind.Array }) throw new FormatException("The script needs \"steps\", a list.");
        var steps = new List<Step>();
        foreach (var (one, i) in root.Find("steps").Each())
        {
            Check(one, StepFields, $"step {i + 1}");
            for (var n = 1; n <= (one.Number("times") ?? 1); n++) steps.Add(ReadStep(one, n.ToString(CultureInfo.InvariantCulture)));
        }
        return new ModelScript(steps) { Pacing = root.Find("pacing") is { } pace ? Pace(pace) : Pacing.None };
    }

    private static Step ReadStep(JsonElement step, string number)
    {
        var text = Numbered(step.Text("text"), number);
        if (step.Find("repeat") is { } repeat) text += ModelScript.Repeat(repeat.Text("unit") ?? "word ", (int)(repeat.Number("bytes") ?? 0));
        var calls = new List<ScriptedCall>();
        foreach (var (call, _) in step.Find("calls").Each())
        {
            Check(call, ["name", "arguments"], "a call");
            var arguments = call.Find("arguments") is { } given ? given.ValueKind == JsonValueKind.String ? given.GetString()! : given.GetRawText() : "{}";
            calls.Add(new ScriptedCall(call.Text("name") ?? throw new FormatException("A call needs a \"name\"."), Numbered(arguments, number)));
        }
        var faults = new List<Fault>();
        foreach (var (fault, _) in step.Find("faults").Each()) faults.Add(ReadFault(fault));
        return new Step(text)
        {
            Thinking = Numbered(step.Text("thinking"), number),
            Redacted = step.Flag("redacted"),
            Calls = calls,
            Faults = faults,
            Pacing = step.Find("pacing") is { } pace ? Pace(pace) : null,
            Stop = step.Text("stop") switch
            {
                null => StopWith.Naturally,
                "length" => StopWith.Length,
                "refusal" => StopWith.Refusal,
                "pause" => StopWith.Pause,
                var other => throw new FormatException($"\"stop\" is length, refusal or pause, not {other}."),
            },
        };
    }

    private static Fault ReadFault(JsonElement fault)
    {
        Check(fault, ["type", "status", "retryAfter", "after", "seconds"], "a fault");
        var after = (int)(fault.Number("after") ?? 3);
        return fault.Text("type") switch
        {
            "status" => Fault.Status((int)(fault.Number("status") ?? 500), Seconds(fault, "retryAfter")),
            "noCredit" => Fault.NoCredit(),
            "drop" => Fault.Drop(after),
            "reset" => Fault.Reset(after),
            "malformed" => Fault.Malformed(after),
            "error" => Fault.ErrorEvent(after),
            "stall" => Fault.Stall(after, Seconds(fault, "seconds")),
            "cut" => Fault.Cut(after),
            var other => throw new FormatException($"A fault's \"type\" is status, noCredit, drop, reset, malformed, error, stall or cut, not {other}."),
        };
    }

    private static Pacing Pace(JsonElement pace)
    {
        Check(pace, ["firstTokenMs", "tokensPerSecond", "chunkChars"], "\"pacing\"");
        return new Pacing(TimeSpan.FromMilliseconds(pace.Number("firstTokenMs") ?? 0), pace.Find("tokensPerSecond")?.GetDouble() ?? 0, (int)(pace.Number("chunkChars") ?? 24));
    }

    private static TimeSpan? Seconds(JsonElement fault, string name) => fault.Find(name) is { } value ? TimeSpan.FromSeconds(value.GetDouble()) : null;

    private static string Numbered(string? text, string number) => text?.Replace("{n}", number, StringComparison.Ordinal) ?? "";

    private static void Check(JsonElement element, HashSet<string> known, string place)
    {
        if (element.ValueKind != JsonValueKind.Object) throw new FormatException($"{place} must be an object.");
        if (element.Stranger(known) is { } stranger) throw new FormatException($"{place} has no \"{stranger}\"; it may have {string.Join(", ", known)}.");
    }
}

using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Recorded;

/// <summary>
/// Answers of a model as lines of JSON, easy to write by hand. An answer is any number of <c>{"text": …}</c>, <c>{"thinking": …}</c> and
/// <c>{"call": NAME, "arguments": {…}}</c>, and one <c>{"finish": …}</c> or <c>{"error": …}</c>; blank lines and lines that begin
/// with <c>//</c> are passed over. docs/recordings.md tells all fields.
/// </summary>
public sealed class Recording
{
    private readonly List<RecordedAnswer> _answers = [];
    private readonly IReadOnlyDictionary<string, string>? _values;
    private List<RecordedPiece> _pieces = [];
    private bool _fills;
    private int _calls, _lastCall;

    private Recording(string name, IReadOnlyDictionary<string, string>? values) => (Name, _values) = (name, values);

    /// <summary>What to call it in messages.</summary>
    public string Name { get; }

    internal IReadOnlyList<RecordedAnswer> Answers => _answers;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="values">What stands for <c>{name}</c> in recordings whose first line says <c>"placeholders": true</c>.</param>
    /// <exception cref="ProviderException">It cannot be read, or a line is not of the format.</exception>
    public static Recording Load(string path, IReadOnlyDictionary<string, string>? values = null)
    {
        try
        {
            using var reader = File.OpenText(path);
            return Read(reader, path, values);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ProviderException(ProviderFailure.NotFound, $"The recording {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads lines from anywhere, such as an embedded resource.</summary>
    public static Recording Read(TextReader reader, string name, IReadOnlyDictionary<string, string>? values = null)
    {
        var recording = new Recording(name, values);
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith("//", StringComparison.Ordinal)) continue;
            try
            {
                using var document = JsonDocument.Parse(line);
                recording.Add(document.RootElement);
            }
            catch (Exception e) when (e is JsonException or FormatException)
            {
                throw new ProviderException(ProviderFailure.Invalid, $"{name}:{number}: {(e is FormatException ? e.Message : "not one JSON object on a line")}.", e);
            }
        }
        recording.EndAnswer();
        return recording;
    }

    private void Add(JsonElement line)
    {
        long? at = line.At("at"u8).ValueKind == JsonValueKind.Number ? line.NumberAt("at"u8) : null;
        if (line.At("recording"u8).ValueKind == JsonValueKind.Number)
        {
            if (line.NumberAt("recording"u8) != 1) throw new FormatException("made by a newer version; this one reads recordings of version 1");
            _fills = line.FlagAt("placeholders"u8);
        }
        else if (line.At("request"u8).ValueKind != JsonValueKind.Undefined) EndAnswer();
        else if (line.StringAt("text"u8) is { } text) Add(at, new TextDelta(Fill(text, escaped: false)));
        else if (line.StringAt("thinking"u8) is { } thinking) Add(at, new ThinkingDelta(Fill(thinking, escaped: false)));
        else if (line.At("thought"u8) is { ValueKind: JsonValueKind.Object } thought) Add(at, new ThinkingEnd(thought.StringAt("signature"u8), thought.StringAt("id"u8), thought.FlagAt("redacted"u8)));
        else if (line.StringAt("call"u8) is { } tool) AddCall(at, tool, line);
        else if (line.At("arguments"u8) is { ValueKind: JsonValueKind.String } more) Add(at, new CallArguments((int)line.NumberAt("index"u8, _lastCall), Fill(more.StringOrNull()!, escaped: true)));
        else if (line.StringAt("finish"u8) is { } finish)
        {
            Add(at, new ModelFinish(Reason(finish), ReadUsage(line.At("usage"u8))));
            EndAnswer();
        }
        else if (line.StringAt("error"u8) is { } error)
        {
            AddError(at, error, line);
            EndAnswer();
        }
        else throw new FormatException("a line has one of recording, request, text, thinking, thought, call, arguments, finish and error");
    }

    private void Add(long? at, ModelDelta delta) => _pieces.Add(new RecordedPiece(at, delta, null));

    private void AddCall(long? at, string tool, JsonElement line)
    {
        _calls++;
        _lastCall = (int)line.NumberAt("index"u8, _pieces.Count == 0 ? 0 : NextCall());
        Add(at, new CallStart(_lastCall, line.StringAt("id"u8) ?? $"call-{_calls}", tool, line.StringAt("signature"u8)));
        var arguments = line.At("arguments"u8);
        if (arguments.ValueKind == JsonValueKind.Object) Add(at, new CallArguments(_lastCall, Fill(arguments.GetRawText(), escaped: true)));
        else if (arguments.StringOrNull() is { Length: > 0 } text) Add(at, new CallArguments(_lastCall, Fill(text, escaped: true)));
    }

    private int NextCall()
    {
        var next = 0;
        foreach (var piece in _pieces) if (piece.Delta is CallStart call && call.Index >= next) next = call.Index + 1;
        return next;
    }

    private void AddError(long? at, string error, JsonElement line)
    {
        if (!Enum.TryParse<ProviderFailure>(error.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var kind))
            throw new FormatException($"there is no error {error}; there are rate_limited, overloaded, server, network, stalled, bad_stream, too_long, quota, credentials, not_found and invalid");
        var message = line.StringAt("message"u8) ?? "The recording has an error here.";
        int? status = line.NumberAt("status"u8) is var number && number > 0 ? (int)number : null;
        TimeSpan? after = line.NumberAt("retryAfterMs"u8, -1) is var ms && ms >= 0 ? TimeSpan.FromMilliseconds(ms) : null;
        _pieces.Add(new RecordedPiece(at, null, () => new ProviderException(kind, message) { Status = status, RetryAfter = after }));
    }

    private void EndAnswer()
    {
        if (_pieces.Count == 0) return;
        if (_pieces[^1] is { Failure: null, Delta: not ModelFinish })
            _pieces.Add(new RecordedPiece(null, null, () => new ProviderException(ProviderFailure.Network, $"The recording {Name} has no end for this answer: it was interrupted there.")));
        _answers.Add(new RecordedAnswer(_pieces));
        _pieces = [];
    }

    private string Fill(string text, bool escaped)
    {
        if (!_fills || _values is null || !text.Contains('{', StringComparison.Ordinal)) return text;
        foreach (var (name, value) in _values) text = text.Replace("{" + name + "}", escaped ? JsonEncodedText.Encode(value, Writing.Options.Encoder).ToString() : value, StringComparison.Ordinal);
        return text;
    }

    private static StopReason Reason(string finish) => finish switch
    {
        "done" => StopReason.Done,
        "tools" => StopReason.Tools,
        "length" => StopReason.Length,
        "refused" => StopReason.Refused,
        "paused" => StopReason.Paused,
        _ => throw new FormatException($"there is no finish {finish}; there are done, tools, length, refused and paused"),
    };

    private static Usage? ReadUsage(JsonElement usage) => usage.ValueKind == JsonValueKind.Object
        ? new Usage(usage.NumberAt("input"u8), usage.NumberAt("output"u8), usage.NumberAt("cacheRead"u8), usage.NumberAt("cacheWrite"u8)) : null;
}

/// <summary>What one request was answered.</summary>
internal sealed record RecordedAnswer(IReadOnlyList<RecordedPiece> Pieces);

/// <param name="At">Milliseconds after the request; null when nobody measured.</param>
/// <param name="Delta">What came, or null for an error.</param>
/// <param name="Failure">Makes the error.</param>
internal sealed record RecordedPiece(long? At, ModelDelta? Delta, Func<ProviderException>? Failure);

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sallyport.Engine.Secrets;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Sessions;

/// <summary>
/// What a session sent, to whom and when, byte for byte. A request repeats most of the one before it: only what is between their
/// common beginning and end is written. It holds what left, so placeholders and no secrets.
/// </summary>
/// <param name="transcript">The session's file; the journal is beside it.</param>
/// <param name="clock">Tells when.</param>
/// <param name="seal">What the session's lines are sealed with; null when they are not.</param>
public sealed class SentJournal(string transcript, TimeProvider clock, SessionSeal? seal = null) : IDisposable
{
    private const string Name = "record of what was sent";

    private SealedLines? lines;
    private readonly Lock gate = new();
    private FileStream? file;
    private bool isClosed;
    private byte[] last = [];

    public static string PathOf(string transcript) => Path.ChangeExtension(transcript, ".sent");

    /// <summary>Writes down a request before it leaves.</summary>
    /// <param name="destination">Who receives it.</param>
    /// <param name="target">Method and address.</param>
    /// <param name="body">As it is sent.</param>
    /// <param name="labels">What the session has read by then.</param>
    public void Add(Destination destination, string target, ReadOnlyMemory<byte> body, IReadOnlyList<string>? labels = null)
    {
        lock (gate)
        {
            var bytes = body.Span;
            var head = Whole(bytes, bytes.CommonPrefixLength(last));
            var tail = 0;
            var most = Math.Min(bytes.Length, last.Length) - head;
            while (tail < most && bytes[^(tail + 1)] == last[^(tail + 1)]) tail++;
            while (tail > 0 && (bytes[^tail] & 0xC0) == 0x80) tail--;
            var line = new SentLine(clock.GetUtcNow(), destination.Kind, destination.Name, target, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), head, tail, Encoding.UTF8.GetString(bytes[head..^tail]), labels is { Count: > 0 } ? labels : null);
            Write(line);
            last = bytes.ToArray();
        }
    }

    /// <summary>Writes down what a command sent by itself, of which only the digest is known.</summary>
    /// <param name="destination">Who received it.</param>
    /// <param name="target">What it was.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="sha256">Their digest.</param>
    /// <param name="labels">What the session has read by then.</param>
    public void AddUnseen(Destination destination, string target, long bytes, string sha256, IReadOnlyList<string>? labels = null)
    {
        lock (gate) Write(new SentLine(clock.GetUtcNow(), destination.Kind, destination.Name, target, bytes, sha256, 0, 0, "", labels is { Count: > 0 } ? labels : null, true));
    }

    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            file?.Dispose();
        }
    }

    private void Write(SentLine line)
    {
        if (isClosed) return;
        lines ??= new SealedLines(seal, Name, seal is null ? 0 : Next());
        file ??= StateFolder.Open(PathOf(transcript), FileMode.Append);
        file.Write(lines.Close(JsonSerializer.SerializeToUtf8Bytes(line, SentJson.Default.SentLine)));
    }

    /// <summary>Everything that a session sent, in order, with whole bodies. None when it sent nothing.</summary>
    public static IEnumerable<SentRequest> Read(string transcript)
    {
        var path = PathOf(transcript);
        if (!File.Exists(path)) yield break;
        var last = Array.Empty<byte>();
        var sealing = new SealedLines(SessionFiles.IdOf(transcript), Name);
        foreach (var text in File.ReadLines(path))
        {
            var line = Parse(sealing.Open(Encoding.UTF8.GetBytes(text)));
            if (line is { Unseen: true })
            {
                yield return new SentRequest(line.At, line.Kind, line.Destination, line.Target, line.Bytes, line.Sha256, "", true, line.Labels ?? [], true);
                continue;
            }
            // A line that was cut while it was written: that request was not sent.
            if (line is null || line.Head > last.Length || line.Tail > last.Length) continue;
            last = [.. last.AsSpan(0, line.Head), .. Encoding.UTF8.GetBytes(line.Text), .. last.AsSpan(last.Length - line.Tail)];
            var isWhole = Convert.ToHexStringLower(SHA256.HashData(last)) == line.Sha256;
            yield return new SentRequest(line.At, line.Kind, line.Destination, line.Target, line.Bytes, line.Sha256, Encoding.UTF8.GetString(last), isWhole, line.Labels ?? []);
        }
    }

    /// <summary>The same with what its agents sent, in the order of time.</summary>
    public static IEnumerable<SentRequest> ReadAll(string transcript)
    {
        var readers = new List<(IEnumerator<SentRequest> Reader, string? Agent)>();
        try
        {
            Open(transcript, null);
            var agents = SessionFiles.AgentsOf(transcript);
            if (!SessionFiles.IsAgent(transcript) && Directory.Exists(agents))
                foreach (var agent in Directory.GetFiles(agents, "*.jsonl").Order(StringComparer.Ordinal)) Open(agent, SessionFiles.IdOf(agent));
            while (readers.Count > 0)
            {
                var first = 0;
                for (var i = 1; i < readers.Count; i++) if (readers[i].Reader.Current.At < readers[first].Reader.Current.At) first = i;
                yield return readers[first].Reader.Current with { Agent = readers[first].Agent };
                if (readers[first].Reader.MoveNext()) continue;
                readers[first].Reader.Dispose();
                readers.RemoveAt(first);
            }
        }
        finally
        {
            foreach (var (reader, _) in readers) reader.Dispose();
        }

        void Open(string path, string? agent)
        {
            var reader = Read(path).GetEnumerator();
            if (reader.MoveNext()) readers.Add((reader, agent));
            else reader.Dispose();
        }
    }

    private static SentLine? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return line.IsEmpty ? null : JsonSerializer.Deserialize(line, SentJson.Default.SentLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Goes on after what an earlier run sent.
    private long Next()
    {
        var path = PathOf(transcript);
        if (!File.Exists(path)) return 0;
        var sealing = new SealedLines(seal!.Session, Name);
        foreach (var text in File.ReadLines(path)) sealing.Open(Encoding.UTF8.GetBytes(text));
        return sealing.Next;
    }

    // Not within a character.
    private static int Whole(ReadOnlySpan<byte> bytes, int length)
    {
        while (length > 0 && length < bytes.Length && (bytes[length] & 0xC0) == 0x80) length--;
        return length;
    }
}

/// <summary>One request that left.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="Kind">The channel: model or web.</param>
/// <param name="Destination">Host, with its port where it is not the usual one.</param>
/// <param name="Target">Method and address.</param>
/// <param name="Bytes">Of the body.</param>
/// <param name="Sha256">Of the body.</param>
/// <param name="Text">The body.</param>
/// <param name="IsWhole">False when the record does not give the body that was sent.</param>
/// <param name="Labels">What the session had read by then: <c>secret:KIND</c>, <c>internal:…</c>, <c>untrusted:…</c>.</param>
/// <param name="Unseen">A command sent it by itself: what it said is not known, only its digest.</param>
public sealed record SentRequest(DateTimeOffset At, string Kind, string Destination, string Target, long Bytes, string Sha256, string Text, bool IsWhole, IReadOnlyList<string> Labels, bool Unseen = false)
{
    private static readonly SentJson Readable = new(new JsonSerializerOptions(SentJson.Default.Options) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The agent of the session that sent it; null for the session itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Agent { get; init; }

    /// <summary>One line.</summary>
    public string Json() => JsonSerializer.Serialize(this, Readable.SentRequest);
}

internal sealed record SentLine(DateTimeOffset At, string Kind, string Destination, string Target, long Bytes, string Sha256, int Head, int Tail, string Text, IReadOnlyList<string>? Labels = null, bool Unseen = false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SentLine))]
[JsonSerializable(typeof(SentRequest))]
internal sealed partial class SentJson : JsonSerializerContext;

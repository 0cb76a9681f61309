using System.Text;
using System.Text.Json;
using Sallyport.Engine.Events;
using Sallyport.Engine.Sessions;
using Sallyport.Gate;

namespace Sallyport.Sessions;

/// <summary>Sessions for programs: one object, versioned.</summary>
internal static class SessionJson
{
    public static void Write(string? file, Action<Utf8JsonWriter> write) => Output.Write(file, writer =>
    {
        using (var json = new Utf8JsonWriter(new Utf8Text(writer), new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) write(json);
        writer.WriteLine();
    });

    public static void List(Utf8JsonWriter json, IReadOnlyList<SessionSummary> sessions)
    {
        Begin(json);
        json.WriteStartArray("sessions");
        foreach (var session in sessions) One(json, session);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Hits(Utf8JsonWriter json, IReadOnlyList<SessionHit> hits)
    {
        Begin(json);
        json.WriteStartArray("hits");
        foreach (var hit in hits)
        {
            json.WriteStartObject();
            json.WriteString("session", hit.Session.Id);
            json.WriteString("cwd", hit.Session.Cwd);
            json.WriteString("title", hit.Session.Title);
            json.WriteNumber("number", hit.Number);
            json.WriteString("kind", hit.Kind);
            json.WriteString("at", hit.At);
            json.WriteString("snippet", string.Concat(hit.Snippet.Split(SessionHit.Open, SessionHit.Close)));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>What a list says of it, and every line of its transcript.</summary>
    public static void Whole(Utf8JsonWriter json, string path)
    {
        Begin(json);
        json.WritePropertyName("session");
        One(json, TranscriptReader.Summary(path));
        json.WriteStartArray("lines");
        foreach (var line in TranscriptReader.Raw(path))
        {
            json.WriteRawValue(line.Span, skipInputValidation: true);
            json.Flush();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("version", 1);
    }

    private static void One(Utf8JsonWriter json, SessionSummary session)
    {
        json.WriteStartObject();
        json.WriteString("id", session.Id);
        json.WriteString("cwd", session.Cwd);
        json.WriteString("title", session.Title);
        json.WriteString("created", session.Created);
        json.WriteString("lastActivity", session.LastActivity);
        json.WriteNumber("messages", session.Messages);
        json.WriteNumber("turns", session.Turns);
        json.WriteStartObject("usage");
        json.WriteNumber("inputTokens", session.Usage.InputTokens);
        json.WriteNumber("outputTokens", session.Usage.OutputTokens);
        json.WriteNumber("cacheReadTokens", session.Usage.CacheReadTokens);
        json.WriteNumber("cacheWriteTokens", session.Usage.CacheWriteTokens);
        json.WriteEndObject();
        if (session.CostUsd is { } cost) json.WriteNumber("costUsd", cost);
        else json.WriteNull("costUsd");
        json.WriteString("outcome", Named(session.Outcome));
        json.WriteString("forkedFrom", session.ForkedFrom);
        if (session.Parent is not null)
        {
            json.WriteString("parent", session.Parent);
            json.WriteString("agent", session.Agent);
        }
        json.WriteString("path", session.Path);
        json.WriteEndObject();
    }

    internal static string? Named(Outcome? outcome) => outcome switch
    {
        null => null,
        Outcome.Done => "done",
        Outcome.Failed => "failed",
        Outcome.Stopped => "stopped",
        Outcome.Limit => "limit",
        _ => "interrupted",
    };

    /// <summary>Text that comes as UTF-8, for a writer of characters: a long session is never in memory as a whole.</summary>
    private sealed class Utf8Text(TextWriter writer) : Stream
    {
        private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Span<char> text = stackalloc char[2048];
            while (!buffer.IsEmpty)
            {
                decoder.Convert(buffer, text, flush: false, out var read, out var written, out _);
                writer.Write(text[..written]);
                buffer = buffer[read..];
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

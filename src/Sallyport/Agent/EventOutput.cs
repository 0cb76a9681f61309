using System.Text;
using System.Text.Json;
using Sallyport.Engine.Events;

namespace Sallyport.Agent;

/// <summary>Writes a run for scripts: standard output carries only the product, standard error what happens meanwhile.</summary>
internal abstract class EventOutput : IDisposable
{
    protected Stream Output { get; } = Console.OpenStandardOutput();

    /// <summary>Why the product did not arrive; null when it did, or when its reader had seen enough ("| head").</summary>
    public string? Failure { get; private set; }

    public static EventOutput For(string format) => format switch
    {
        "json" => new JsonOutput(),
        "stream-json" => new StreamJsonOutput(),
        _ => new TextOutput(),
    };

    public abstract void Take(SessionEvent one);

    public void Dispose() => Output.Dispose();

    protected void Write(ReadOnlySpan<byte> bytes)
    {
        if (Failure is not null) return;
        try
        {
            Output.Write(bytes);
            Output.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A pipe whose reader left is no failure, and not thrown: a full disk or a closed output is.
            Failure = (e.InnerException ?? e).Message;
        }
    }

    /// <summary>The answer's text, at the end: what a retry made void was never shown.</summary>
    private sealed class TextOutput : EventOutput
    {
        private readonly ProgressLines progress = new(Console.Error);

        public override void Take(SessionEvent one)
        {
            progress.Take(one);
            if (one is Finished { Result.Length: > 0 } finished) Write(Encoding.UTF8.GetBytes(finished.Result.EndsWith('\n') ? finished.Result : finished.Result + "\n"));
        }
    }

    /// <summary>One object at the end.</summary>
    private sealed class JsonOutput : EventOutput
    {
        private readonly ProgressLines progress = new(Console.Error);

        private readonly List<string> notices = [];

        public override void Take(SessionEvent one)
        {
            progress.Take(one);
            if (one is Noticed { Level: "warning" } notice) notices.Add(notice.Text);
            if (one is Finished finished) Write([.. JsonSerializer.SerializeToUtf8Bytes(notices.Count == 0 ? finished : finished with { Notices = notices }, EventJson.Default.Finished), (byte)'\n']);
        }
    }

    /// <summary>Every event, one a line, as it happens.</summary>
    private sealed class StreamJsonOutput : EventOutput
    {
        public override void Take(SessionEvent one) => Write([.. EventJson.Line(one), (byte)'\n']);
    }
}

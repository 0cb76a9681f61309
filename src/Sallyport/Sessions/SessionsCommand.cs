using System.CommandLine;
using Sallyport.Agent;
using Sallyport.Engine.Sessions;
using Sallyport.Gate;

namespace Sallyport.Sessions;

/// <summary><c>sally sessions</c>: what was said and done, to list, read, search, keep and delete.</summary>
internal sealed class SessionsCommand : ProgramCommand
{
    public const int Done = 0, Nothing = 1;

    public override string Name => "sessions";

    public override string Summary => "list, read, search, export and delete sessions";

    public override bool NeedsMore => true;

    public override Command Create() => new(Name, Summary) { List(), Show(), Search(), Export(), DeleteCommand.Create() };

    public override string Help(string[] path) => SessionsHelp.Page(path);

    /// <summary>The transcripts that are meant: this folder's, or all.</summary>
    public static IReadOnlyList<string> Files(bool all) => all ? SessionFiles.All() : SessionFiles.In(Directory.GetCurrentDirectory());

    private static Command List()
    {
        var all = new Option<bool>("--all", "-a");
        var limit = new Option<int>("--limit", "-n") { DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json");
        var command = new Command("list", "sessions, the last first") { all, limit, json };
        command.SetAction((result, cancellation) =>
        {
            var most = Positive("--limit", result.GetValue(limit));
            var files = Files(result.GetValue(all));
            IReadOnlyList<SessionSummary> sessions = [];
            if (files.Count > 0)
            {
                using var progress = new ProgressLine();
                using var index = SessionIndex.Open((count, bytes) => progress.Report("sessions", count, bytes));
                sessions = index.List(files, most, cancellation);
            }
            if (result.GetValue(json)) SessionJson.Write(null, writer => SessionJson.List(writer, sessions));
            else Output.Write(null, writer => SessionTable.Write(writer, sessions, result.GetValue(all)));
            if (sessions.Count == 0) Console.Error.WriteLine(result.GetValue(all) ? "sally: there are no sessions yet" : "sally: there are no sessions of this folder (--all shows those of others)");
            return Task.FromResult(Done);
        });
        return command;
    }

    private static Command Show()
    {
        var id = new Argument<string>("ID");
        var json = new Option<bool>("--json");
        var command = new Command("show", "one session, to be read") { id, json };
        command.SetAction((result, _) =>
        {
            var path = SessionFiles.Find(result.GetValue(id)!);
            if (result.GetValue(json)) SessionJson.Write(null, writer => SessionJson.Whole(writer, path));
            else Output.Write(null, writer => new TranscriptText(writer, Terminal.HasColor, TranscriptReader.Summary(path)).Write());
            return Task.FromResult(Done);
        });
        return command;
    }

    private static Command Search()
    {
        var words = new Argument<string[]>("WORDS") { Arity = ArgumentArity.OneOrMore };
        var all = new Option<bool>("--all", "-a");
        var limit = new Option<int>("--limit", "-n") { DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json");
        var command = new Command("search", "where something was said or done") { words, all, limit, json };
        command.SetAction((result, cancellation) =>
        {
            var most = Positive("--limit", result.GetValue(limit));
            // The shell took the quotes: what has a blank was quoted.
            var query = string.Join(' ', result.GetValue(words)!.Select(word => word.Any(char.IsWhiteSpace) && !word.Contains('"', StringComparison.Ordinal) && result.GetValue(words)!.Length > 1 ? $"\"{word}\"" : word));
            var hits = Found(Files(result.GetValue(all)), query, most, cancellation);
            if (result.GetValue(json)) SessionJson.Write(null, writer => SessionJson.Hits(writer, hits));
            else Output.Write(null, writer => SessionTable.Write(writer, hits, Terminal.HasColor));
            if (hits.Count == 0) Console.Error.WriteLine(result.GetValue(all) ? "sally: found in no session" : "sally: found in no session of this folder (--all looks in those of others)");
            return Task.FromResult(hits.Count > 0 ? Done : Nothing);
        });
        return command;
    }

    private static IReadOnlyList<SessionHit> Found(IReadOnlyList<string> files, string query, int most, CancellationToken cancellation)
    {
        using var progress = new ProgressLine();
        using var index = SessionIndex.Open((count, bytes) => progress.Report("sessions", count, bytes));
        return index.Search(files, query, most, cancellation);
    }

    private static Command Export()
    {
        var id = new Argument<string>("ID");
        var format = new Option<string>("--format", "-f") { DefaultValueFactory = _ => "markdown" };
        format.AcceptOnlyFromAmong("markdown", "json", "jsonl");
        var output = new Option<string?>("--output", "-o");
        var command = new Command("export", "one session as a file") { id, format, output };
        command.SetAction((result, _) =>
        {
            var path = SessionFiles.Find(result.GetValue(id)!);
            var file = result.GetValue(output);
            switch (result.GetValue(format))
            {
                case "json": SessionJson.Write(file, writer => SessionJson.Whole(writer, path)); break;
                case "jsonl": Output.Write(file, writer => { foreach (var line in TranscriptReader.Raw(path)) writer.WriteLine(System.Text.Encoding.UTF8.GetString(line.Span)); }); break;
                default: Output.Write(file, writer => new TranscriptMarkdown(writer, TranscriptReader.Summary(path)).Write()); break;
            }
            return Task.FromResult(Done);
        });
        return command;
    }

    private static int Positive(string name, int value) => value > 0 ? value : throw new UsageException($"{name}: must be more than 0");
}

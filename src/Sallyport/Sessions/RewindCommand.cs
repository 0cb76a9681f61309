using System.CommandLine;
using System.Globalization;
using Sallyport.Agent;
using Sallyport.Engine;
using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Sessions;

namespace Sallyport.Sessions;

/// <summary><c>sally rewind</c>: files and conversation as they were before a prompt.</summary>
internal sealed class RewindCommand : ProgramCommand
{
    private const int Done = 0, LeftAlone = 1;

    public override string Name => "rewind";

    public override string Summary => "files and conversation as they were before a prompt";

    public override Command Create()
    {
        var session = new Argument<string?>("SESSION") { Arity = ArgumentArity.ZeroOrOne };
        var to = new Option<int?>("--to");
        var files = new Option<bool>("--files");
        var conversation = new Option<bool>("--conversation");
        var both = new Option<bool>("--both");
        var dryRun = new Option<bool>("--dry-run");
        var list = new Option<bool>("--list");
        var undo = new Option<bool>("--undo");
        var command = new Command(Name, Summary) { session, to, files, conversation, both, dryRun, list, undo };
        command.SetAction((result, _) =>
        {
            var path = result.GetValue(session) is { } id ? SessionFiles.Find(id) : SessionFiles.Latest(Directory.GetCurrentDirectory());
            var header = TranscriptReader.Header(path);
            using var keeper = new CheckpointKeeper(new Workspace(header.Cwd), CheckpointKeeper.FolderOf(header.Id), TimeProvider.System, TranscriptReader.SealOf(path));
            if (result.GetValue(list)) return Task.FromResult(List(path, header, keeper));
            var everything = result.GetValue(both) || result.GetValue(files) == result.GetValue(conversation);
            // Held for as long as it takes: a session that runs must not be changed under its feet.
            using var transcript = Transcript.Append(path, TimeProvider.System);
            var dry = result.GetValue(dryRun);
            if (result.GetValue(undo)) return Task.FromResult(Undo(header, keeper, dry));
            return Task.FromResult(Rewind(path, keeper, transcript, result.GetValue(to), everything || result.GetValue(files), everything || result.GetValue(conversation), dry));
        });
        return command;
    }

    public override string Help(string[] path) => """
        sally rewind [SESSION]    files and conversation as they were before a prompt

        Takes back what the agent did, with tools and in the shell, from one of your prompts on. What
        you changed yourself since stays as it is, and is told. SESSION is an id or its beginning;
        without it, the last session of this folder.

        Options
          --to N                  the prompt's number, from --list (default: the last prompt)
          --files                 only the files
          --conversation          only the conversation
          --both                  files and conversation (default)
          --undo                  the files as they were before the last rewind
          --dry-run               only tell what would be done
          --list                  the prompts, and the files that changed after each

        Covered is every file of the workspace and of --add-dir, whatever changed it. Not kept, and told:
        what is larger than 1 GB (8 GB where it was deleted), and what is past the session's room. Where
        commands cannot be watched (see sally doctor), also not: ignored files, files over 16 MB, folders of
        dependencies, later work of jobs.

        Exit codes
          0 done    1 some files were left alone    2 wrong usage

        Examples
          sally rewind --list
          sally rewind --to 7 --dry-run
          sally rewind 20260401-1312 --to 3 --files
        """;

    private static int List(string path, SessionLine header, CheckpointKeeper keeper)
    {
        var checkpoints = keeper.List();
        var prompts = Prompts(path);
        Console.Out.WriteLine($"{header.Id} in {Printable.Line(header.Cwd)}");
        if (prompts.Count == 0) Console.Out.WriteLine("no prompts yet");
        foreach (var (number, text, at) in prompts)
        {
            var changed = new List<string>();
            foreach (var checkpoint in checkpoints) if (!checkpoint.IsRewind && checkpoint.Message == number) changed.AddRange(checkpoint.Files);
            var files = changed.Count switch { 0 => "", 1 => "  [1 file]", var many => $"  [{many} files]" };
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number,5}  {at.ToLocalTime():yyyy-MM-dd HH:mm}  {First(text)}{files}"));
        }
        return Done;
    }

    private static int Rewind(string path, CheckpointKeeper keeper, Transcript transcript, int? to, bool files, bool conversation, bool dry)
    {
        var prompts = Prompts(path);
        if (prompts.Count == 0) throw new UsageException("this session has no prompt to go back to");
        var (number, text, _) = to is { } asked ? prompts.Find(p => p.Number == asked) : prompts[^1];
        if (number == 0) throw new UsageException($"{to} is no prompt of this session; there are {string.Join(", ", prompts.Select(p => p.Number))} (see: sally rewind --list)");
        Console.Out.WriteLine($"before prompt {number}: {First(text)}");
        var exit = files ? Tell(keeper.Rewind(number, dry), dry) : Done;
        if (conversation)
        {
            if (!dry) transcript.Add(new RewindLine(number));
            Console.Out.WriteLine($"  conversation  {(dry ? "would go back" : "went back")}");
        }
        return exit;
    }

    private static int Undo(SessionLine header, CheckpointKeeper keeper, bool dry) =>
        Tell(keeper.UndoRewind(dry) ?? throw new UsageException($"the files of session {header.Id} were never rewound"), dry);

    private static int Tell(IReadOnlyList<RewoundFile> files, bool dry)
    {
        var left = false;
        var width = 0;
        foreach (var file in files) width = Math.Max(width, Math.Min(60, file.Path.Length));
        foreach (var (file, count) in Folded(files))
        {
            var done = file.Outcome switch
            {
                RewindOutcome.Restored => dry ? "would be restored" : "restored",
                RewindOutcome.Deleted => dry ? "would be deleted" : "deleted",
                RewindOutcome.Unchanged => "already as it was",
                RewindOutcome.Conflict => "left alone",
                RewindOutcome.NotCovered => "not kept",
                _ => "failed",
            };
            left |= file.Outcome is RewindOutcome.Conflict or RewindOutcome.NotCovered or RewindOutcome.Failed;
            if (count > 1) done = string.Create(CultureInfo.InvariantCulture, $"{count} files {done}");
            Console.Out.WriteLine($"  {Printable.Line(file.Path).PadRight(width)}  {done}{(file.Reason is null ? "" : $": {Printable.Line(file.Reason)}")}");
        }
        if (files.Count == 0) Console.Out.WriteLine("  no file changed since");
        return left ? LeftAlone : Done;
    }

    // Of very many, those with which the same was done below one folder are told as one.
    private static List<(RewoundFile File, int Count)> Folded(IReadOnlyList<RewoundFile> files)
    {
        const int Many = 200;
        var told = new List<(RewoundFile File, int Count)>(Math.Min(files.Count, Many));
        var places = new Dictionary<(string, RewindOutcome, string?), int>();
        foreach (var file in files)
        {
            var end = files.Count <= Many ? -1 : file.Path.StartsWith('/') ? file.Path.LastIndexOf('/') : file.Path.IndexOf('/', StringComparison.Ordinal);
            if (end < 0) told.Add((file, 1));
            else if (places.TryGetValue((file.Path[..end], file.Outcome, file.Reason), out var place)) told[place] = (file with { Path = file.Path[..(end + 1)] }, told[place].Count + 1);
            else
            {
                places[(file.Path[..end], file.Outcome, file.Reason)] = told.Count;
                told.Add((file, 1));
            }
        }
        return told;
    }

    /// <summary>The person's messages that are part of the conversation now.</summary>
    private static List<(int Number, string Text, DateTimeOffset At)> Prompts(string path)
    {
        var prompts = new List<(int Number, string Text, DateTimeOffset At)>();
        foreach (var line in TranscriptReader.All(path))
        {
            if (line is RewindLine rewind) prompts.RemoveAll(p => p.Number >= rewind.Before);
            else if (line is MessageLine { Origin: "prompt" or "steer" or "queue" } message) prompts.Add((message.Number, message.Message.Text, message.At));
        }
        return prompts;
    }

    private static string First(string text)
    {
        const int Longest = 70;
        text = text.Trim();
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end >= 0) text = text[..end] + " ...";
        return Printable.Line(text.Length <= Longest ? text : text[..Longest] + " ...");
    }
}

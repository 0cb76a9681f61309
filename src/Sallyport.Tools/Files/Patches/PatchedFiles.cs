using System.Globalization;
using System.Text;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files.Patches;

/// <summary>
/// The files of a patch as they would be. Nothing is written before everything fits; when a write fails, what was written
/// before it is taken back.
/// </summary>
internal sealed class PatchedFiles(ToolContext context)
{
    private readonly Dictionary<string, State> files = new(StringComparer.Ordinal);
    private readonly List<State> order = [];
    private readonly List<string> notes = [];

    /// <exception cref="FormatException">For the model: what does not fit.</exception>
    public void Take(FilePatch patch)
    {
        var state = At(patch.Path, patch.Line);
        switch (patch.Kind)
        {
            case PatchKind.Add:
                if (state.Now is not null) throw PatchLines.At(patch.Line, $"{state.Place.Shown} exists already. Use Update File, or delete it first.");
                state.Now = TextFile.New(Content(patch));
                break;
            case PatchKind.Delete:
                var gone = Existing(state, patch);
                if (patch.Hunks.Count > 0 && new HunkPlacer(gone, state.Place.Shown, notes).Apply(patch.Hunks).Text.Length > 0)
                    throw PatchLines.At(patch.Line, $"{state.Place.Shown} has more in it than the patch removes. Read it again.");
                state.Now = null;
                break;
            default:
                var text = Existing(state, patch);
                if (patch.Hunks.Count > 0) text = new HunkPlacer(text, state.Place.Shown, notes).Apply(patch.Hunks);
                if (patch.MoveTo is { } to && At(to, patch.Line) is var target && target != state)
                {
                    if (target.Now is not null) throw PatchLines.At(patch.Line, $"{target.Place.Shown} exists already: {state.Place.Shown} cannot move there.");
                    (target.Now, target.Mode) = (text, state.Mode);
                    if (!patch.IsCopy) (state.Now, target.MovedFrom) = (null, state);
                    state = target;
                }
                else state.Now = text;
                break;
        }
        if (patch.Executable is { } can && !OperatingSystem.IsWindows())
        {
            const UnixFileMode run = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            const UnixFileMode usual = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
            var mode = state.Mode ?? usual;
            (state.Mode, state.ModeChanged) = (can ? mode | run : mode & ~run, true);
        }
    }

    public ToolResult Write()
    {
        var pending = new List<(State State, byte[]? Bytes)>();
        foreach (var state in order)
        {
            byte[]? bytes = null;
            if (state.Now is { } now && (bytes = FileStart.Encode(state.Place, now, out var problem)) is null) return ToolResult.Fail(problem);
            if (!state.ModeChanged && (bytes is null ? state.Was is null : state.Was is { } was && bytes.AsSpan().SequenceEqual(was))) continue;
            pending.Add((state, bytes));
        }
        if (pending.Count == 0) return ToolResult.Fail("The patch changes nothing: every file is already as it says.");
        var done = 0;
        try
        {
            // New content first: should anything go wrong, nothing has been deleted yet.
            pending.Sort(static (a, b) => (a.Bytes is null).CompareTo(b.Bytes is null) is var deleted and not 0 ? deleted : a.State.Order - b.State.Order);
            foreach (var (state, bytes) in pending)
            {
                done++;
                if (bytes is null) FileWriter.Delete(context, state.Place.Real);
                else FileWriter.Write(context, state.Place.Real, bytes, state.Mode);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var failed = pending[done - 1].State;
            var lost = Undo(pending.GetRange(0, done));
            return ToolResult.Fail($"{failed.Place.Shown} could not be written: {e.Message} {(lost.Length == 0 ? "Every file is as it was before." : $"These could not be brought back: {lost}.")}");
        }
        return Done();
    }

    private ToolResult Done()
    {
        var text = new StringBuilder("Applied:\n");
        var diffs = new List<FileDiff>();
        foreach (var state in order)
        {
            var from = state.MovedFrom;
            if (state.Now is null ? state.Was is null || order.Exists(s => s.MovedFrom == state) : state.Was is not null && !state.ModeChanged && state.Now.Text == state.Before) continue;
            var change = state.Now is null ? "deleted" : from is not null ? "moved" : state.Was is null ? "added" : "changed";
            var diff = UnifiedDiff.Of(state.Place.Shown, from?.Before ?? state.Before, state.Now?.Text ?? "", change);
            diffs.Add(diff);
            text.Append(CultureInfo.InvariantCulture, $"{change} {(from is null ? "" : from.Place.Shown + " -> ")}{state.Place.Shown} (+{diff.Added} -{diff.Removed})\n");
        }
        foreach (var note in notes) text.Append(note).Append('\n');
        return new ToolResult(text.ToString().TrimEnd()) { Display = new DiffDisplay(diffs) };
    }

    private string Undo(List<(State State, byte[]? Bytes)> touched)
    {
        var lost = new List<string>();
        for (var i = touched.Count - 1; i >= 0; i--)
        {
            var state = touched[i].State;
            try
            {
                if (state.Was is null) File.Delete(state.Place.Real);
                else FileWriter.Put(state.Place.Real, state.Was, state.ModeBefore);
                context.Seen.Mark(state.Place.Real);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The one that failed is as it was, most often: only a difference is a loss.
                if (!IsAsBefore(state)) lost.Add(state.Place.Shown);
            }
        }
        return string.Join(", ", lost);
    }

    private static bool IsAsBefore(State state)
    {
        try
        {
            return state.Was is null ? !File.Exists(state.Place.Real) : File.ReadAllBytes(state.Place.Real).AsSpan().SequenceEqual(state.Was);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private State At(string path, int line)
    {
        var place = Place.Of(path, context.Workspace);
        if (files.TryGetValue(place.Real, out var state)) return state;
        state = new State(place, order.Count);
        if (Path.Exists(place.Real))
        {
            state.Now = FileStart.Open(place, context, out var bytes, out var problem) ?? throw PatchLines.At(line, problem);
            (state.Was, state.Before) = (bytes, state.Now.Text);
            if (!OperatingSystem.IsWindows()) state.Mode = state.ModeBefore = File.GetUnixFileMode(place.Real);
        }
        files.Add(place.Real, state);
        order.Add(state);
        return state;
    }

    private TextFile Existing(State state, FilePatch patch) => state.Now ?? throw PatchLines.At(patch.Line, state.Was is null ? NearestNames.NotFound(state.Place, context.Workspace) : $"{state.Place.Shown} is deleted or moved by the patch before this line.");

    private static string Content(FilePatch patch)
    {
        var text = new StringBuilder();
        var lacks = false;
        foreach (var hunk in patch.Hunks)
        {
            foreach (var line in hunk.Lines)
            {
                if (line.Sign != '+') throw PatchLines.At(hunk.Line, $"{patch.Path} is new: all of its lines must be added with +.");
                text.Append(line.Text).Append('\n');
            }
            lacks |= hunk.NewLacksBreak;
        }
        if (lacks && text.Length > 0) text.Length--;
        return text.ToString();
    }

    private sealed class State(Place place, int order)
    {
        public Place Place { get; } = place;

        public int Order { get; } = order;

        /// <summary>Null when the file does not exist.</summary>
        public TextFile? Now { get; set; }

        /// <summary>The bytes on disk; null when there are none.</summary>
        public byte[]? Was { get; set; }

        public string Before { get; set; } = "";

        public UnixFileMode? Mode { get; set; }

        public UnixFileMode? ModeBefore { get; set; }

        public bool ModeChanged { get; set; }

        public State? MovedFrom { get; set; }
    }
}

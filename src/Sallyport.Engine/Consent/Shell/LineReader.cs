namespace Sallyport.Engine.Consent.Shell;

/// <summary>
/// Goes through a line's tree and gathers the commands that run, where, and what redirections touch. Follows <c>cd</c>; where
/// it cannot tell where the line stands, it says so.
/// </summary>
internal sealed class LineReader
{
    private const int MostCommands = 600;
    private const int MostLayers = 16;

    private readonly ShellReading reading;
    private readonly HashSet<string> functions = new(StringComparer.Ordinal);
    private readonly HashSet<string> doubtful = new(StringComparer.Ordinal);
    private readonly List<string> sums = [];
    private string? folder;
    private string? home;
    private int moves;
    private int layers;
    private CommandTraits inherited;

    private LineReader(ShellReading reading, string folder, string home) => (this.reading, this.folder, this.home) = (reading, folder, home);

    public static ShellReading Read(string line, string folder, string home)
    {
        var reading = new ShellReading(line);
        if (ShellWord.IsOdd(line)) reading.Unknown.Add("it has characters that look like others or like nothing");
        var reader = new LineReader(reading, folder, home);
        try
        {
            reader.Text(line);
            reader.Work();
        }
        catch (ShellSyntaxException e)
        {
            reader.Opaque($"it cannot be read as a shell line: {e.Message}");
        }
        return reading;
    }

    private void Text(string line)
    {
        if (++layers > MostLayers) throw new ShellSyntaxException("it nests too deep");
        if (ShellParser.Parse(line, out var error) is { } script)
        {
            Run(script);
            sums.AddRange(script.Sums);
            foreach (var name in script.Named) Sets(name);
        }
        else Opaque($"it cannot be read as a shell line: {error}");
        layers--;
    }

    // A variable in a sum is worked out in turn, and what stands in its brackets runs: whoever wrote the value could have written a command.
    private void Work()
    {
        foreach (var sum in sums)
            for (var at = 0; at < sum.Length; at++)
            {
                if (!IsName(sum[at])) continue;
                var start = at;
                while (at < sum.Length && IsName(sum[at])) at++;
                var name = sum[start..at];
                if (doubtful.Contains(name)) Unknown($"{name} is worked out as a sum, and may hold one that runs something");
                var behind = sum.AsSpan(at).TrimStart();
                if (behind.Length > 0 && behind[0] is '=' or '+' or '-' or '*' or '/' or '%' or '<' or '>' or '&' or '|' or '^' && behind[..Math.Min(3, behind.Length)].Contains('=') && !behind.StartsWith("==")) Sets(name);
            }

        static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
    }

    // A number or a sum is what it is; any other text may name a variable that is worked out next.
    private static bool IsPlain(Word value)
    {
        foreach (var piece in value.Pieces)
            if (piece is Literal literal ? literal.Text.AsSpan().IndexOfAnyExcept("0123456789+- {}.,") >= 0 : piece is not Expansion { Kind: ExpansionKind.Arithmetic } and not Expansion { Source: "$#" or "$?" or "$$" } && (piece is not Expansion { Kind: ExpansionKind.Parameter } length || !length.Source.StartsWith("${#", StringComparison.Ordinal))) return false;
        return true;
    }

    private void Opaque(string why)
    {
        reading.IsOpaque = true;
        Unknown(why);
    }

    private void Unknown(string why)
    {
        if (!reading.Unknown.Contains(why)) reading.Unknown.Add(why);
    }

    private void Run(Script script)
    {
        var (chainStart, isDoubtful) = (folder, false);
        for (var i = 0; i < script.Steps.Count; i++)
        {
            var step = script.Steps[i];
            if (step.Before == Joint.Next)
            {
                if (isDoubtful && folder != chainStart) folder = null;
                (chainStart, isDoubtful) = (folder, false);
            }
            var (before, moved) = (folder, moves);
            if (step.Background) Apart(step.Node);
            else Visit(step.Node);
            if (moved == moves || step.Background) continue;
            var next = i + 1 < script.Steps.Count ? script.Steps[i + 1].Before : Joint.Next;
            isDoubtful |= step.Before != Joint.Next || (next == Joint.And && folder is not null && !Directory.Exists(folder));
            if (folder != before && (next == Joint.Or || (next == Joint.Next && folder is not null && !Directory.Exists(folder)))) folder = null;
        }
        if (isDoubtful && folder != chainStart) folder = null;
    }

    // In a shell of its own: where it goes is its own affair.
    private void Apart(Node node)
    {
        var (before, moved) = (folder, moves);
        Visit(node);
        (folder, moves) = (before, moved);
    }

    private void Apart(IReadOnlyList<Script> scripts)
    {
        var (before, moved) = (folder, moves);
        foreach (var script in scripts)
        {
            Run(script);
            folder = before;
        }
        moves = moved;
    }

    private void Visit(Node node, bool piped = false)
    {
        switch (node)
        {
            case Pipeline pipeline:
                for (var i = 0; i < pipeline.Nodes.Count; i++)
                {
                    var (before, moved) = (folder, moves);
                    Visit(pipeline.Nodes[i], piped: i > 0);
                    (folder, moves) = (before, moved);
                }
                break;
            case Simple simple:
                Command(simple, piped);
                break;
            case FunctionDefinition function:
                functions.Add(function.Name);
                var here = folder;
                // It may be called anywhere.
                folder = null;
                Visit(function.Body);
                folder = here;
                break;
            case Compound compound:
                Whole(compound, piped);
                break;
        }
    }

    private void Whole(Compound compound, bool piped)
    {
        foreach (var word in compound.Words)
        {
            Substitutions(word);
            if (compound.Variable is { } variable && !IsPlain(word)) doubtful.Add(variable);
        }
        if (compound is { Keyword: "select", Variable: { } chosen }) doubtful.Add(chosen);
        Redirect(compound.Redirections);
        if (compound.Keyword == "(")
        {
            Apart(compound.Parts);
            return;
        }
        if (compound.Keyword == "{")
        {
            foreach (var part in compound.Parts) Run(part);
            return;
        }
        if (compound.Keyword == "[[") Compare(compound);
        var moved = moves;
        foreach (var part in compound.Parts) Run(part);
        if (moved == moves) return;
        folder = null;
        // The next time around it starts where the last one ended.
        if (compound.Keyword is "while" or "until" or "for" or "select") foreach (var part in compound.Parts) Run(part);
        folder = null;
    }

    // Where it counts, or asks whether a variable is there, bash evaluates what was quoted.
    private void Compare(Compound compound)
    {
        var isEvaluated = compound.Words.Any(static word => word.Pieces.Any(static piece => piece is Literal { Quoted: true } text && text.Text.AsSpan().IndexOfAny("$`") >= 0));
        Add(new EffectiveCommand([ShellWord.Of("[["), .. new Expander(home, folder).Words(compound.Words)])
        {
            Folder = folder,
            Unknown = isEvaluated ? "a comparison may evaluate what it is given" : null,
            Code = isEvaluated ? string.Join(' ', compound.Words.Select(static word => word.Source)) : null,
        });
    }

    private void Substitutions(Word word)
    {
        foreach (var piece in word.Pieces) if (piece is Expansion { Inner.Count: > 0 } expansion) Apart(expansion.Inner);
    }

    private void Command(Simple simple, bool piped)
    {
        var variables = new List<string>();
        foreach (var assignment in simple.Assignments)
        {
            Substitutions(assignment.Value);
            variables.Add(assignment.Name);
            if (!IsPlain(assignment.Value)) doubtful.Add(assignment.Name);
            if (ShellVariables.Decides(assignment.Name)) reading.Code.Add(new Expander(home, folder).One(assignment.Value) is { Value: { } known } ? known : assignment.Value.Source);
        }
        foreach (var word in simple.Words) Substitutions(word);
        var input = Redirect(simple.Redirections);
        var words = new Expander(home, folder).Words(simple.Words);
        if (words.Count == 0)
        {
            if (simple.Words.Count > 0) Opaque("a command's name comes from an expansion");
            foreach (var name in variables) Sets(name);
            return;
        }
        if (variables.Contains("HOME")) home = null;
        Resolve(words, new Frame([], variables, input, piped || input.IsFile, CommandTraits.None));
    }

    private void Sets(string name)
    {
        if (name == "HOME") home = null;
        if (ShellVariables.Decides(name)) Unknown($"it sets {name}, which changes what runs");
    }

    /// <summary>What a shell would be fed: a text that is known, or a file or pipe that is not.</summary>
    private readonly record struct Input(string? Text, bool IsFile);

    private sealed record Frame(IReadOnlyList<(IReadOnlyList<ShellWord> Words, int At)> Outer, IReadOnlyList<string> Variables, Input Input, bool IsFed, CommandTraits Traits);

    private Input Redirect(IReadOnlyList<Redirection> redirections)
    {
        var input = new Input(null, false);
        foreach (var one in redirections)
        {
            if (one.Document is { } document)
            {
                Substitutions(document.Body);
                input = Fed(new Expander(home, folder).One(document.Body));
                continue;
            }
            Substitutions(one.Target);
            var target = new Expander(home, folder).One(one.Target);
            if (one.Operator == "<<<")
            {
                input = Fed(target);
                continue;
            }
            if (one.Operator is "<&" or ">&" && target.Value is { } handle && handle.Trim('-').AsSpan().IndexOfAnyExcept("0123456789") < 0) continue;
            if (target.IsProcess) input = one.Operator is "<" ? new Input(null, true) : input;
            else Touch(one.Operator, target, ref input);
        }
        return input;
    }

    private static Input Fed(ShellWord text) => text.Value is { } value && !text.IsGlob ? new Input(value, true) : new Input(text.IsGlob ? text.Value : null, true);

    private void Touch(string sign, ShellWord target, ref Input input)
    {
        if (target.Value is { } device && (device.StartsWith("/dev/tcp/", StringComparison.Ordinal) || device.StartsWith("/dev/udp/", StringComparison.Ordinal)))
        {
            reading.Hosts.Add(device.Split('/') is [_, _, _, var host, ..] ? host : device);
            return;
        }
        if (sign.StartsWith('<')) input = new Input(null, true);
        if (target.Value is "/dev/null" or "/dev/stdout" or "/dev/stderr" or "/dev/stdin" or "/dev/tty" or "/dev/zero") return;
        var use = new PathUse(target.Shown, target.IsGlob ? null : Absolute(target.Value));
        if (sign != "<" && sign != "<&") reading.Writes.Add(use);
        if (sign is "<" or "<&" or "<>") reading.Reads.Add(use);
    }

    private string? Absolute(string? value) => value is null || value.Contains('\0', StringComparison.Ordinal) ? null : Path.IsPathRooted(value) ? Path.GetFullPath(value) : folder is null ? null : Path.GetFullPath(value, folder);

    private void Add(EffectiveCommand command)
    {
        if (reading.Commands.Count >= MostCommands) throw new ShellSyntaxException("it has too many commands");
        command.Traits |= inherited;
        reading.Commands.Add(command);
    }

    // The command itself, and what it runs in turn.
    private void Resolve(IReadOnlyList<ShellWord> words, Frame frame)
    {
        if (frame.Outer.Count > MostLayers) throw new ShellSyntaxException("it nests too deep");
        var command = new EffectiveCommand(words) { Outer = frame.Outer, Variables = frame.Variables, Folder = folder, Traits = frame.Traits };
        if (command.Name is not { } name)
        {
            command.Unknown = "its name comes from an expansion";
            command.IsOpaque = true;
            Add(command);
            return;
        }
        var opening = CommandOpener.Open(name, words, frame.IsFed, frame.Input.Text);
        command.Traits |= opening.Traits | (NetworkCommands.Reaches(name, opening.Canonical ?? words) ? CommandTraits.Network : 0);
        command.Canonical = opening.Canonical;
        command.Unknown = opening.Unknown;
        command.IsOpaque = opening.IsOpaque;
        command.Code = opening.Code ?? (opening.Unknown is null ? null : $"{command.Shown}\n{frame.Input.Text}");
        foreach (var set in opening.Sets)
        {
            Sets(set);
            doubtful.Add(set);
        }
        foreach (var variable in (IEnumerable<string>)[.. opening.Sets, .. opening.Variables]) if (ShellVariables.Decides(variable)) reading.Code.Add(command.Shown);
        if (!opening.IsTransparent || opening.Unknown is not null) Add(command);
        if (functions.Contains(name))
        {
            folder = null;
            moves++;
        }
        if (opening.Moves) Move(words);
        var before = inherited;
        inherited |= opening.Traits & (CommandTraits.Elevated | CommandTraits.Remote | CommandTraits.Network);
        var (here, moved) = (folder, moves);
        if (opening.IsElsewhere) folder = null;
        foreach (var (inner, at) in opening.Inner)
            Resolve(inner, frame with { Outer = [.. frame.Outer, (words, at)], Variables = [.. frame.Variables, .. opening.Variables], Traits = command.Traits & (CommandTraits.Elevated | CommandTraits.Remote) });
        if (opening.Scripts.Count > 0) foreach (var variable in frame.Variables) if (!ShellVariables.IsHarmless(variable)) Unknown($"it sets {variable} for {name}");
        foreach (var script in opening.Scripts) Text(script);
        inherited = before;
        // "eval" and its like go on in this shell; every other one is a process of its own.
        if (!opening.IsSameShell) (folder, moves) = (here, moved);
        else if (opening.IsElsewhere) folder = null;
    }

    private void Move(IReadOnlyList<ShellWord> words)
    {
        moves++;
        var at = 1;
        while (at < words.Count && words[at].Value is "-P" or "-L" or "-e" or "--") at++;
        folder = words[0].Value != "cd" ? null : at >= words.Count ? home : words[at] is { Value: { Length: > 0 } value, IsGlob: false } && value != "-" && at == words.Count - 1 ? Absolute(value) : null;
    }
}

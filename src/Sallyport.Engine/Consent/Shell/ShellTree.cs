namespace Sallyport.Engine.Consent.Shell;

/// <summary>A part of a word as it is written.</summary>
internal abstract record Piece(bool Quoted);

/// <summary>Characters that stand for themselves; unquoted ones may still be braces, globs or a tilde.</summary>
internal sealed record Literal(string Text, bool Quoted) : Piece(Quoted);

/// <summary>What is known only when the line runs. The commands in it run too.</summary>
internal sealed record Expansion(ExpansionKind Kind, string Source, bool Quoted, IReadOnlyList<Script> Inner) : Piece(Quoted);

internal enum ExpansionKind { Parameter, Command, Arithmetic, Process, Array, Bytes }

internal sealed record Word(IReadOnlyList<Piece> Pieces, string Source)
{
    /// <summary>The text when nothing in it is quoted or expanded: only then it can be a keyword.</summary>
    public string? Bare => Pieces is [Literal { Quoted: false } one] ? one.Text : null;
}

internal abstract record Node;

/// <summary>Commands one after another.</summary>
internal sealed record Script(IReadOnlyList<Step> Steps)
{
    /// <summary>Of a whole text: what the shell takes for expressions to work out, sums and subscripts.</summary>
    public IReadOnlyList<string> Sums { get; init; } = [];

    /// <summary>Of a whole text: variables that are set otherwise than by a command, as by <c>for</c>.</summary>
    public IReadOnlyList<string> Named { get; init; } = [];
}

/// <param name="Before">How it hangs on the step before.</param>
/// <param name="Node">What runs.</param>
/// <param name="Background">In a shell of its own, beside what follows.</param>
internal sealed record Step(Joint Before, Node Node, bool Background);

internal enum Joint { Next, And, Or }

internal sealed record Pipeline(IReadOnlyList<Node> Nodes) : Node;

internal sealed record Simple(IReadOnlyList<Assignment> Assignments, IReadOnlyList<Word> Words, IReadOnlyList<Redirection> Redirections) : Node;

/// <summary>if, while, for, case, { }, ( ), [[ ]], (( )).</summary>
/// <param name="Keyword">Its first word.</param>
/// <param name="Words">What it goes over or compares.</param>
/// <param name="Parts">What it may run.</param>
/// <param name="Redirections">Of the whole.</param>
internal sealed record Compound(string Keyword, IReadOnlyList<Word> Words, IReadOnlyList<Script> Parts, IReadOnlyList<Redirection> Redirections) : Node
{
    /// <summary>Of for and select.</summary>
    public string? Variable { get; init; }
}

internal sealed record FunctionDefinition(string Name, Node Body) : Node;

internal sealed record Assignment(string Name, Word Value);

/// <param name="Operator">As <c>&gt;</c>, <c>&lt;&lt;&lt;</c>, <c>&amp;&gt;&gt;</c>.</param>
/// <param name="Target">The file, handle or here-document's end.</param>
internal sealed record Redirection(string Operator, Word Target)
{
    /// <summary>Of a here-document; set when its lines have been read.</summary>
    public HereDocument? Document { get; init; }
}

internal sealed class HereDocument(string end, bool isQuoted, bool stripsTabs)
{
    public string End { get; } = end;

    public bool IsQuoted { get; } = isQuoted;

    public bool StripsTabs { get; } = stripsTabs;

    public Word Body { get; set; } = new([], "");
}

/// <summary>The line is none that bash would run, or more than is understood here.</summary>
internal sealed class ShellSyntaxException(string message) : Exception(message);

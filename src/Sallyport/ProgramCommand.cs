using System.CommandLine;
using Sallyport.Shelves;

namespace Sallyport;

/// <summary>A command of the program, such as <c>sally gate</c>. One leaf each; only the one that is asked for is built.</summary>
[Shelf]
internal abstract class ProgramCommand
{
    /// <summary>The first word after <c>sally</c>.</summary>
    public abstract string Name { get; }

    /// <summary>One line for the first page of the help.</summary>
    public abstract string Summary { get; }

    /// <summary>The exit code of wrong usage.</summary>
    public virtual int UsageExit => 2;

    /// <summary>Whether the command word alone does nothing, so that it prints its help.</summary>
    public virtual bool NeedsMore => false;

    /// <summary>The arguments and what they do.</summary>
    public abstract Command Create();

    /// <summary>The page for the words after the command's name: those that name its sub-commands, if any.</summary>
    public abstract string Help(string[] path);
}

using Sallyport.Engine.Tools;

namespace Sallyport.Engine;

/// <summary>Keeps nothing: for sessions whose changes are not to be brought back.</summary>
public sealed class NoWitness : IChangeWitness
{
    public void BeforeChange(string absolute) { }

    public ValueTask<CommandSpan> BeforeCommand(CancellationToken cancellation) => new(new CommandSpan());

    public ValueTask<IReadOnlyList<string>> AfterCommand(CommandSpan span, CancellationToken cancellation) => new([]);
}

namespace Sallyport.Guard;

/// <summary>One thing that Guard looks for.</summary>
/// <param name="Id">Stable name, <c>family.rule</c>, for example <c>source-map.external</c>.</param>
/// <param name="Severity">How much harm a finding can do.</param>
/// <param name="Blocking">When a finding stops the package.</param>
/// <param name="Title">What it finds, in a few words.</param>
/// <param name="Advice">How to mend it, addressed to the person who publishes.</param>
/// <param name="Example">What a finding looks like, without any secret's text.</param>
public sealed record Rule(string Id, Severity Severity, Blocking Blocking, string Title, string Advice, string Example)
{
    /// <summary>The part of <see cref="Id"/> before the first dot: <c>source-map</c>, <c>secret</c>, <c>weights</c>…</summary>
    public string Family => Id[..Id.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>
    /// 0 when the found bytes prove themselves; larger when only their surroundings tell. Over the same bytes, a secret
    /// of a vaguer rule gives way to one of a surer rule.
    /// </summary>
    internal int Vagueness { get; init; }
}

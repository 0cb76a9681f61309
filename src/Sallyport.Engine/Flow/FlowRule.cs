using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Flow;

/// <summary>What a call would be in a session, for those who want to know it beforehand.</summary>
public static class FlowRule
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    /// <param name="judge">Of the run.</param>
    /// <param name="workspace">Of the run.</param>
    /// <param name="tool">That is called.</param>
    /// <param name="touches">What the call touches.</param>
    /// <param name="arguments">What it is given; null when that is not known.</param>
    /// <param name="source">Whose words came in before; null for nobody's.</param>
    /// <returns>The ruling, and the rules that would let it pass; none when no rule would.</returns>
    public static (Ruling Ruling, IReadOnlyList<string> Rules) Of(Judge judge, Workspace workspace, string tool, Touches touches, JsonElement? arguments, UntrustedSource? source)
    {
        var judged = new FlowJudge(judge, workspace).Rule(tool, touches, arguments ?? Nothing, source is null ? FlowLabels.None : FlowLabels.From(source));
        return (judged.Ruling, judged.Rules);
    }
}

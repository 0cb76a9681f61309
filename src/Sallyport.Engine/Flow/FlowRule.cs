using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Flow;

/// <summary>What a call would be after words of others came in, for those who want to know it beforehand.</summary>
public static class FlowRule
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    /// <returns>The ruling, and the rules that would let it pass; none when no rule would.</returns>
    public static (Ruling Ruling, IReadOnlyList<string> Rules) After(Judge judge, Workspace workspace, string tool, Touches touches, UntrustedSource source)
    {
        var judged = new FlowJudge(judge, workspace).Rule(tool, touches, Nothing, FlowLabels.From(source));
        return (judged.Ruling, judged.Rules);
    }
}

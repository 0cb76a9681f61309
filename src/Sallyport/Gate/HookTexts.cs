namespace Sallyport.Gate;

/// <summary>What the texts are called that hooks check besides files.</summary>
internal static class HookTexts
{
    public const string Message = "commit message";

    public const string Branches = "branch names";

    public const string Tags = "tag messages";

    public const string Arguments = "arguments";
}

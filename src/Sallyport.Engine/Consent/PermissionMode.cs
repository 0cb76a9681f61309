namespace Sallyport.Engine.Consent;

/// <summary>What passes without a question.</summary>
public enum PermissionMode
{
    /// <summary>Reading in the workspace passes, the rest is asked.</summary>
    Ask,

    /// <summary>Edits in the workspace pass too.</summary>
    Edits,

    /// <summary>Nothing but reading.</summary>
    Plan,

    /// <summary>Everything that stays in the workspace passes, commands too.</summary>
    Auto,

    /// <summary>No questions.</summary>
    Open,
}

public static class PermissionModes
{
    public static IReadOnlyList<string> Names { get; } = ["ask", "edits", "plan", "auto", "open"];

    public static string Named(this PermissionMode mode) => Names[(int)mode];

    /// <summary>The one of the two that lets less pass.</summary>
    public static PermissionMode Narrower(PermissionMode one, PermissionMode other) => Width(one) <= Width(other) ? one : other;

    // Each lets all pass that the one before it does.
    private static int Width(PermissionMode mode) => mode switch { PermissionMode.Plan => 0, PermissionMode.Ask => 1, PermissionMode.Edits => 2, PermissionMode.Auto => 3, _ => 4 };

    public static PermissionMode? Parse(string name)
    {
        for (var i = 0; i < Names.Count; i++) if (Names[i] == name) return (PermissionMode)i;
        return null;
    }
}

namespace Sallyport.Guard.Gate;

/// <summary>
/// Something that leaves as it is or not at all, because a rewritten one would ask for something else: a call of a tool on somebody
/// else's server. The gate looks at every text in it and at the bytes, and stops it when one holds what may not go there.
/// </summary>
public interface IVerbatim
{
    /// <summary>What the record calls it: what is asked, and of whom.</summary>
    string Target { get; }

    /// <summary>As it leaves.</summary>
    ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The texts that the receiver reads out of it.</summary>
    IEnumerable<string> Texts { get; }

    /// <summary>Whether the user lets what a placeholder stands for go there.</summary>
    /// <param name="placeholder">As <c>⟦secret:github-pat:1⟧</c>.</param>
    bool MayCarry(string placeholder);
}

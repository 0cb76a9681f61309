using Sallyport.Gate;

namespace Sallyport.Tests;

/// <summary>What of a message file is checked: what git keeps, and in doubt more.</summary>
public sealed class CommitMessageTests
{
    private const string Cut = "------------------------ >8 ------------------------";

    [Theory]
    [InlineData("a\n# b\n", null, null, true, "a\n\n")]
    [InlineData("a\n# b\n", null, null, false, "a\n# b\n")]
    [InlineData("a\n# b\n", "strip", null, false, "a\n\n")]
    [InlineData("a\n# b\n", "verbatim", null, true, "a\n# b\n")]
    [InlineData("a\n# b\n", "whitespace", null, true, "a\n# b\n")]
    [InlineData("a\n # b\n", null, null, true, "a\n # b\n")]
    [InlineData("a\n# b\n; c\n", null, ";", true, "a\n# b\n\n")]
    [InlineData("a\n# b\n// c\n", null, "//", true, "a\n# b\n\n")]
    [InlineData("# a\n; b\n; c\n", null, "auto", true, "# a\n\n\n")]
    [InlineData("a\n# b\n# " + Cut + "\nc\n", null, null, true, "a\n\n")]
    [InlineData("a\n# b\n# " + Cut + "\nc\n", "scissors", null, true, "a\n# b\n")]
    [InlineData("a\n# " + Cut + "\nc\n", "scissors", null, false, "a\n# " + Cut + "\nc\n")]
    [InlineData("a " + Cut + "\nc\n", null, null, true, "a " + Cut + "\nc\n")]
    [InlineData("; " + Cut + "\nb\n", null, "auto", true, "")]
    public void Keeps_what_git_keeps(string text, string? cleanup, string? mark, bool isEdited, string expected) =>
        Assert.Equal(expected, CommitMessage.Kept(text, cleanup, mark, isEdited));
}

namespace Sallyport.Guard;

/// <summary>How much harm a finding can do if the package leaves as it is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; no harm by itself.</summary>
    Note,

    /// <summary>Untidy, or of use to an attacker only together with something else.</summary>
    Low,

    /// <summary>Tells outsiders what they should not know.</summary>
    Medium,

    /// <summary>Gives away source, internal names or access of limited reach.</summary>
    High,

    /// <summary>Gives away credentials, models or a whole source tree.</summary>
    Critical,
}

/// <summary>When a rule's findings stop a package.</summary>
public enum Blocking
{
    /// <summary>Never by itself.</summary>
    Never,

    /// <summary>Only when the package is closed source (see <see cref="Profile"/>).</summary>
    WhenClosed,

    /// <summary>In open and closed packages alike.</summary>
    Always,
}

/// <summary>Whether the package's source is meant to be public.</summary>
public enum Profile
{
    /// <summary>The manifest carries an OSI-approved SPDX expression: recoverable source is a note.</summary>
    Open,

    /// <summary>No licence, <c>UNLICENSED</c>, proprietary or <c>private</c>: recoverable source blocks.</summary>
    Closed,
}

/// <summary>The answer to "is this fit to leave?".</summary>
public enum Verdict
{
    /// <summary>All of it was read and nothing in it blocks.</summary>
    Clean,

    /// <summary>At least one finding blocks.</summary>
    Blocked,

    /// <summary>Some of it could not be read, or a budget ran out: not fit to leave.</summary>
    Incomplete,
}

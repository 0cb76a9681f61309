namespace Sallyport.Guard.Packing;

/// <summary>Which licences make a package open source.</summary>
internal static class Licences
{
    /// <summary>How Python's classifiers begin that stand for an approved licence (pypi.org/classifiers).</summary>
    public const string OsiApproved = "License :: OSI Approved";

    // OSI-approved SPDX identifiers in use on the public registries (spdx.org/licenses, column "OSI approved").
    private static readonly HashSet<string> Open = new(StringComparer.OrdinalIgnoreCase)
    {
        "0BSD", "AAL", "AFL-3.0", "AGPL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-1.1", "Apache-2.0", "APL-1.0",
        "APSL-2.0", "Artistic-1.0", "Artistic-2.0", "BlueOak-1.0.0", "BSD-1-Clause", "BSD-2-Clause", "BSD-2-Clause-Patent",
        "BSD-3-Clause", "BSD-3-Clause-LBNL", "BSL-1.0", "CAL-1.0", "CDDL-1.0", "CECILL-2.1", "CPAL-1.0", "CPL-1.0", "ECL-2.0",
        "EFL-2.0", "Entessa", "EPL-1.0", "EPL-2.0", "EUDatagrid", "EUPL-1.1", "EUPL-1.2", "Fair", "GPL-2.0", "GPL-2.0-only",
        "GPL-2.0-or-later", "GPL-3.0", "GPL-3.0-only", "GPL-3.0-or-later", "HPND", "ICU", "IPL-1.0", "ISC", "LGPL-2.0-only",
        "LGPL-2.0-or-later", "LGPL-2.1", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0", "LGPL-3.0-only",
        "LGPL-3.0-or-later", "LPL-1.02", "LPPL-1.3c", "MIT", "MIT-0", "MPL-1.1", "MPL-2.0", "MS-PL", "MS-RL", "MulanPSL-2.0",
        "NCSA", "NTP", "OFL-1.1", "OLDAP-2.8", "OSL-3.0", "PHP-3.01", "PostgreSQL", "PSF-2.0", "Python-2.0", "QPL-1.0",
        "RPL-1.5", "SPL-1.0", "UCL-1.0", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "UPL-1.0", "Vim", "VSL-1.0", "W3C",
        "Xnet", "Zlib", "ZPL-2.1",
        // Not OSI-approved, yet made to give everything away:
        "CC0-1.0", "WTFPL", "CC-BY-4.0", "CC-BY-3.0",
    };

    /// <summary>The profile that a manifest asks for, and why. No manifest, or none that says so: closed.</summary>
    public static (Profile Profile, string Reason) ProfileOf(PackageManifest? manifest)
    {
        if (manifest is null) return (Profile.Closed, "no manifest says that it is open source");
        if (manifest.IsPrivate) return (Profile.Closed, $"{manifest.Path} says it is private");
        if (string.IsNullOrWhiteSpace(manifest.License)) return (Profile.Closed, $"{manifest.Path} names no licence");
        return IsOpen(manifest.License)
            ? (Profile.Open, $"licence {manifest.License}")
            : (Profile.Closed, $"licence \"{manifest.License}\" is not an OSI-approved SPDX expression");
    }

    /// <summary>An expression is open when its licences joined by AND are all open, or one of those joined by OR.</summary>
    public static bool IsOpen(string expression)
    {
        if (expression.StartsWith(OsiApproved, StringComparison.Ordinal)) return true;
        var words = expression.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var at = 0;
        var open = Either(words, ref at);
        return open && at == words.Length;
    }

    private static bool Either(string[] words, ref int at)
    {
        var open = Both(words, ref at);
        while (at < words.Length && words[at].Equals("OR", StringComparison.OrdinalIgnoreCase))
        {
            at++;
            open |= Both(words, ref at);
        }
        return open;
    }

    private static bool Both(string[] words, ref int at)
    {
        var open = One(words, ref at);
        while (at < words.Length && words[at].Equals("AND", StringComparison.OrdinalIgnoreCase))
        {
            at++;
            open &= One(words, ref at);
        }
        return open;
    }

    private static bool One(string[] words, ref int at)
    {
        if (at >= words.Length) return false;
        if (words[at] == "(")
        {
            at++;
            var open = Either(words, ref at);
            if (at >= words.Length || words[at] != ")") return false;
            at++;
            return open;
        }
        var id = words[at++].TrimEnd('+');
        // "GPL-2.0-only WITH Classpath-exception-2.0": an exception only gives more.
        if (at + 1 < words.Length && words[at].Equals("WITH", StringComparison.OrdinalIgnoreCase)) at += 2;
        return Open.Contains(id);
    }
}

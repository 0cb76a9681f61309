namespace Sallyport.Guard.Packing;

/// <summary>
/// Turns the free-text licence names of Python, Maven and NuGet manifests into SPDX identifiers. What is not known for
/// certain stays as it is, and so counts as closed.
/// </summary>
internal static class LicenceNames
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["MIT License"] = "MIT", ["The MIT License"] = "MIT", ["The MIT License (MIT)"] = "MIT", ["MIT License (MIT)"] = "MIT", ["Expat"] = "MIT",
        ["Apache 2.0"] = "Apache-2.0", ["Apache 2"] = "Apache-2.0", ["Apache License 2.0"] = "Apache-2.0", ["Apache License, Version 2.0"] = "Apache-2.0", ["The Apache License, Version 2.0"] = "Apache-2.0",
        ["The Apache Software License, Version 2.0"] = "Apache-2.0", ["Apache Software License"] = "Apache-2.0", ["Apache Software License 2.0"] = "Apache-2.0", ["Apache License Version 2.0"] = "Apache-2.0", ["Apache"] = "Apache-2.0", ["Apache2"] = "Apache-2.0",
        ["BSD"] = "BSD-3-Clause", ["BSD License"] = "BSD-3-Clause", ["New BSD"] = "BSD-3-Clause", ["New BSD License"] = "BSD-3-Clause", ["Modified BSD License"] = "BSD-3-Clause", ["3-Clause BSD License"] = "BSD-3-Clause", ["BSD 3-Clause"] = "BSD-3-Clause",
        ["BSD 3-Clause License"] = "BSD-3-Clause", ["The BSD License"] = "BSD-3-Clause", ["BSD-3"] = "BSD-3-Clause", ["Simplified BSD"] = "BSD-2-Clause", ["BSD 2-Clause"] = "BSD-2-Clause", ["BSD 2-Clause License"] = "BSD-2-Clause",
        ["GPL"] = "GPL-3.0-or-later", ["GPLv2"] = "GPL-2.0-only", ["GPLv3"] = "GPL-3.0-only", ["GPLv3+"] = "GPL-3.0-or-later", ["GPLv2+"] = "GPL-2.0-or-later", ["GNU GPLv3"] = "GPL-3.0-only", ["GNU General Public License v3"] = "GPL-3.0-only",
        ["LGPL"] = "LGPL-3.0-or-later", ["LGPLv3"] = "LGPL-3.0-only", ["LGPLv3+"] = "LGPL-3.0-or-later", ["AGPLv3"] = "AGPL-3.0-only", ["AGPLv3+"] = "AGPL-3.0-or-later",
        ["MPL 2.0"] = "MPL-2.0", ["Mozilla Public License 2.0"] = "MPL-2.0", ["Mozilla Public License, Version 2.0"] = "MPL-2.0",
        ["ISC License"] = "ISC", ["ISCL"] = "ISC", ["PSF"] = "PSF-2.0", ["PSFL"] = "PSF-2.0", ["Python Software Foundation License"] = "PSF-2.0",
        ["The Unlicense"] = "Unlicense", ["zlib/libpng"] = "Zlib", ["ZPL 2.1"] = "ZPL-2.1", ["Boost Software License 1.0"] = "BSL-1.0",
        ["Eclipse Public License 1.0"] = "EPL-1.0", ["Eclipse Public License 2.0"] = "EPL-2.0", ["Eclipse Public License - v 2.0"] = "EPL-2.0", ["Eclipse Public License v2.0"] = "EPL-2.0", ["CC0"] = "CC0-1.0",
    };

    // Hosts and paths of licence texts, without scheme and ending.
    private static readonly (string Url, string Id)[] Urls =
    [
        ("opensource.org/licenses/mit", "MIT"), ("opensource.org/license/mit", "MIT"), ("mit-license.org", "MIT"),
        ("apache.org/licenses/license-2.0", "Apache-2.0"), ("opensource.org/licenses/apache-2.0", "Apache-2.0"),
        ("opensource.org/licenses/bsd-3-clause", "BSD-3-Clause"), ("opensource.org/licenses/bsd-2-clause", "BSD-2-Clause"),
        ("opensource.org/licenses/ms-pl", "MS-PL"), ("opensource.org/licenses/isc", "ISC"), ("mozilla.org/mpl/2.0", "MPL-2.0"),
        ("gnu.org/licenses/gpl-3.0", "GPL-3.0-only"), ("gnu.org/licenses/lgpl-3.0", "LGPL-3.0-only"), ("gnu.org/licenses/gpl-2.0", "GPL-2.0-only"),
        ("eclipse.org/legal/epl-2.0", "EPL-2.0"), ("eclipse.org/legal/epl-v10", "EPL-1.0"), ("unlicense.org", "Unlicense"),
    ];

    /// <summary>The SPDX identifier of a well-known name or address, or the text as it is; null for nothing.</summary>
    public static string? ToSpdx(string? text)
    {
        var name = text?.Trim();
        if (string.IsNullOrEmpty(name) || name is "UNKNOWN") return null;
        if (Known.TryGetValue(name, out var id)) return id;
        if (name.Contains("://", StringComparison.Ordinal))
        {
            var address = name[(name.IndexOf("://", StringComparison.Ordinal) + 3)..];
            if (address.StartsWith("www.", StringComparison.OrdinalIgnoreCase)) address = address[4..];
            if (address.StartsWith("licenses.nuget.org/", StringComparison.OrdinalIgnoreCase)) return Uri.UnescapeDataString(address[19..]);
            foreach (var (url, known) in Urls)
            {
                if (address.StartsWith(url, StringComparison.OrdinalIgnoreCase)) return known;
            }
        }
        // A whole licence text in the field: its first line names it.
        if (name.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end) return ToSpdx(name[..end]);
        return name;
    }

    /// <summary>
    /// Of a Python package: the expression, or else its classifiers (pypi.org/classifiers), or else the free text.
    /// "License :: OSI Approved" alone is enough to count as open.
    /// </summary>
    public static string? OfPython(string? expression, string? text, IEnumerable<string> classifiers)
    {
        if (!string.IsNullOrWhiteSpace(expression)) return expression.Trim();
        var all = classifiers.Select(c => c.Trim()).Where(c => c.StartsWith("License ::", StringComparison.Ordinal)).ToArray();
        if (all.Any(c => c.Contains("Proprietary", StringComparison.Ordinal))) return "Proprietary";
        var name = ToSpdx(text);
        if (name is not null && Licences.IsOpen(name)) return name;
        return Array.Find(all, c => c.StartsWith(Licences.OsiApproved, StringComparison.Ordinal)) ?? name;
    }
}

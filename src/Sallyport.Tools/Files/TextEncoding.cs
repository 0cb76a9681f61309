namespace Sallyport.Tools.Files;

/// <summary>How a file's characters are stored. Each can be read and written back without changing a byte.</summary>
internal enum TextEncoding
{
    /// <summary>Without a mark. Bytes that are not UTF-8 are carried along as single low surrogates.</summary>
    Utf8,
    Utf8WithMark,
    Utf16Little,
    Utf16Big,

    /// <summary>One byte a character: what is not UTF-8 and has no UTF-8 in it.</summary>
    Windows1252,
}

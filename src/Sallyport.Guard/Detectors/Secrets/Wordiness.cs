namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>
/// Tells words and identifiers from random text by how likely their pairs of letters are in software's vocabulary.
/// Words and identifiers score about +3, random letters and digits about -5.
/// </summary>
internal static class Wordiness
{
    /// <summary>Below this a value reads as random.</summary>
    public const double RandomBelow = -0.8;

    // Row: first letter; column: second letter; 'M' is neutral, three steps are a factor of two over chance.
    private static readonly byte[] Pairs = ("""
        DNPNAFLDKAJRMRAMAROSKIDCKCRLHHSHEBQEBTEDQEAOOIQABAHARELCRBBROANNCATCANIRMAAAGF
        RFHKWHGATDAKCGPDALMFMEAAFAMHORJJIDIAFNMSDJETRNEIELFBQFOFRQEATAAPFERCANJMNAAAKA
        PDEAVAMOQAANIMMEARMIOAAAEATEABVAAARAAMIJRFAOJOIAAAIALIOMNKMAAAENMUQKALOPALAFAL
        ROAAUDAAKNABCERIEASBSCGEAAPFCHVGGASACPHIPGAGQPNBGAFCSEEKUDEATACQGCQEAALMLEAAOA
        TNACUAAASAAJMBQQAAKCMAAAAAPBOQQJSCOBGIDJMDADQSKIAACCIJMMCGIAJAIOOUKMASNMOKLECA
        SBEESABKOAAQEARNATLOLAAAEAFACAAAAAAAHKGAAAIFCAYDDADARGJKUFIDRAIHLJPGALONKHDAJA
        NAOETFANRAHJGENODDPTOAFAIAQBJDUDANUAAIFCPEAQOLLACAKAMNMINIKAMAAQOTENARQRCDAABB
        SACAXACATAAACAPAAHDFJAAABATFDETBEOSAAICPQEAPOFDADABARCOFSKAKRBAGLADTADFTCAAFHA
        QJLKPJIEQCHOOONSAIPLHAIAKISAGAXAGAPAAMHCOAACDHOAFAGL
        """).Where(c => c > ' ').Select(c => (byte)c).ToArray();

    /// <summary>Mean score of neighbouring letters; a digit amid letters counts as an unlikely pair.</summary>
    public static double Of(ReadOnlySpan<byte> value)
    {
        var (sum, count, wordStart) = (0, 0, 0);
        for (var i = 1; i < value.Length; i++)
        {
            var (a, b) = (value[i - 1], value[i]);
            var (first, second) = (a | 0x20, b | 0x20);
            var (isLetter, isNextLetter) = (first is >= 'a' and <= 'z', second is >= 'a' and <= 'z');
            if (isLetter && isNextLetter)
            {
                // A capital after a small letter begins a new word: no pair of one word.
                if (char.IsAsciiLetterUpper((char)b) && !char.IsAsciiLetterUpper((char)a) && i + 1 < value.Length && char.IsAsciiLetterLower((char)value[i + 1]))
                {
                    if (i - wordStart < 3)
                    {
                        sum -= 4;
                        count++;
                    }
                    wordStart = i;
                    continue;
                }
                sum += Pairs[(first - 'a') * 26 + second - 'a'] - 'M';
                count++;
            }
            if (!isNextLetter) wordStart = i + 1;
            if (isNextLetter && !isLetter && char.IsAsciiDigit((char)a))
            {
                sum -= 5;
                count++;
            }
            else if (isLetter && char.IsAsciiDigit((char)b) && i + 2 < value.Length)
            {
                sum -= 3;
                count++;
            }
        }
        return count == 0 ? 0 : (double)sum / count;
    }

    public static bool LooksRandom(ReadOnlySpan<byte> value) => Of(value) < RandomBelow;
}

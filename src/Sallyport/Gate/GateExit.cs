using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary>Exit codes that scripts rely on.</summary>
internal static class GateExit
{
    public const int Clean = 0;
    public const int Blocked = 1;
    public const int Incomplete = 2;
    public const int Usage = 3;

    public static int Of(Verdict verdict) => verdict switch { Verdict.Clean => Clean, Verdict.Blocked => Blocked, _ => Incomplete };
}

namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>PyPI upload tokens: macaroons that begin with their location (PyPI documentation).</summary>
internal sealed class PyPi : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("pypi-upload-token", "PyPI upload token", "pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,1000}", entropy: 3),
        Token("pypi-test-upload-token", "TestPyPI upload token", "pypi-AgENdGVzdC5weXBpLm9yZw[A-Za-z0-9_-]{50,1000}", Severity.High, entropy: 3),
    ];
}

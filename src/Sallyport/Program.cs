using Sallyport;
using Sallyport.Guard;

// The answer to --version is worth no start-up work.
if (args is ["--version"])
{
    Console.Out.WriteLine($"sally {typeof(Sally).Assembly.GetName().Version?.ToString(3)}");
    return 0;
}
// What a check needs is built while its arguments are read.
if (args is ["gate", "check" or "recover", _, ..]) PackageCheck.Prepare();
return await Sally.Run(args);

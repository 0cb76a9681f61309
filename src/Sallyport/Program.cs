using Sallyport;

// The answer to --version is worth no start-up work.
if (args is ["--version"])
{
    Console.Out.WriteLine($"sally {typeof(Sally).Assembly.GetName().Version?.ToString(3)}");
    return 0;
}
return await Sally.Run(args);

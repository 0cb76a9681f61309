using Sallyport.Gate;

return await GateCommand.Root().Parse(args).InvokeAsync();

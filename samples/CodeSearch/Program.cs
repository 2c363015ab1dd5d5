using CodeSearch;
using CodeSearch.Commands;
using CodeSearch.Contract;

// Before anything else: a client waits for this very line.
if (CodeSearchDaemon.IsRequested)
{
    return await CodeSearchDaemon.RunAsync(context => new CodeSearchHandler(context));
}

return await CommandLine.RunAsync(args);

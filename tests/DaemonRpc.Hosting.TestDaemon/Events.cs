namespace DaemonRpc.Hosting.TestDaemon;

/// <summary>Writes down what happens, in order, in a file if there is one.</summary>
internal sealed class Events(string? file)
{
    private readonly Lock _gate = new();

    public void Add(string line)
    {
        lock (_gate)
        {
            if (file is not null)
            {
                File.AppendAllText(file, line + "\n");
            }
        }
    }
}

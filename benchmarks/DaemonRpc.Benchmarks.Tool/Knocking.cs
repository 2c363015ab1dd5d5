using System.Net.Sockets;

namespace DaemonRpc.Benchmarks.Tool;

/// <summary>Opens connections to the daemon's socket and closes them again, one each five milliseconds, on a thread of its own.</summary>
internal sealed class Knocking : IDisposable
{
    private readonly string _path;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private int _opened;
    private int _refused;

    public Knocking(string path)
    {
        _path = path;
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public (int Opened, int Refused) Stop()
    {
        _stopping = true;
        _thread.Join();
        return (_opened, _refused);
    }

    public void Dispose() => Stop();

    private void Run()
    {
        while (!_stopping)
        {
            try
            {
                SelfLaunch.Connect(_path).Dispose();
                _opened++;
            }
            catch (SocketException)
            {
                _refused++;
            }

            Thread.Sleep(5);
        }
    }
}

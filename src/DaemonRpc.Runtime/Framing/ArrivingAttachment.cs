namespace DaemonRpc.Framing;

/// <summary>A attachment of which a part has come.</summary>
/// <remarks>It is the user's array from the beginning; as that cannot grow, it is made when so large a part of it has come that the rest is believed in.</remarks>
internal struct ArrivingAttachment
{
    /// <summary>So much is believed in at once, and is the size of the pieces until a larger one is.</summary>
    public const int PieceSize = 1024 * 1024;

    private const int BelievedTimes = 8;

    private readonly int _length;
    private List<byte[]>? _pieces;
    private byte[] _current;
    private int _filled;

    public ArrivingAttachment(int length)
    {
        _length = length;
        _current = GC.AllocateUninitializedArray<byte>(length > PieceSize ? PieceSize : length);
    }

    /// <summary>Whether there is one, which has not come whole.</summary>
    public readonly bool IsMissed => _current is not null && (!HasRoomForAll || _filled < _length);

    /// <summary>Where the next bytes go.</summary>
    public readonly Span<byte> Room => _current.AsSpan(_filled);

    /// <summary>Whether that is all that is missed: what comes beyond it is not of the attachment.</summary>
    public readonly bool HasRoomForAll => _current.Length == _length;

    /// <summary>So many bytes have come there.</summary>
    public void Advance(int count)
    {
        _filled += count;
        if (_filled < _current.Length || HasRoomForAll)
        {
            return;
        }

        (_pieces ??= []).Add(_current);
        if (_pieces.Count * (long)PieceSize * BelievedTimes < _length)
        {
            (_current, _filled) = (GC.AllocateUninitializedArray<byte>(PieceSize), 0);
            return;
        }

        byte[] whole = GC.AllocateUninitializedArray<byte>(_length);
        _filled = 0;
        foreach (byte[] piece in _pieces)
        {
            piece.CopyTo(whole, _filled);
            _filled += piece.Length;
        }

        _current = whole;
        _pieces = null;
    }

    /// <summary>It has come.</summary>
    public byte[] Take()
    {
        byte[] whole = _current;
        this = default;
        return whole;
    }
}
